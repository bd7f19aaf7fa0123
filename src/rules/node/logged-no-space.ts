import type { HostEvidence } from "../../evidence/index.ts";
import { type LogSighting, logSightings, secondsSince } from "../log-symptom.ts";
import { dataFileSystems, fullness } from "./disk-space.ts";

/** Where runtimes, the kubelet, etcd and the system's loggers write. */
const OF_NODE =
  /^\/(?:var\/lib\/(?:docker|containerd|containers|kubelet|rancher|crio|k3s|k0s|etcd)|var\/log|run\/containerd)(?:\/|$)/;
/** Volumes of pods, which may have a size of their own, lie here. */
const OF_A_POD = /^\/var\/lib\/kubelet\/pods(?:\/|$)/;

/** Whoever has no room tries again before so many seconds are over. */
export const OVER_AFTER = 3600;

/** A disk that was full and has room again: the log goes on without complaint, or df shows room of both kinds where it complained. */
function isOver(path: string, seen: LogSighting, host: HostEvidence): boolean {
  if ((secondsSince(seen) ?? 0) > OVER_AFTER) return true;
  const [bytes, inodes] = (["bytes", "inodes"] as const).map((of) => {
    const below = dataFileSystems(host).filter(
      ({ use }) =>
        use.of === of && (path === use.mountPoint || path.startsWith(use.mountPoint.replace(/\/?$/, "/"))),
    );
    return below.toSorted((a, b) => b.use.mountPoint.length - a.use.mountPoint.length)[0];
  });
  return [bytes, inodes].every((found) => found !== undefined && fullness(found.use) === "room");
}

/** What logs say of files of the node that could not be written, `no space left on device`, by their folder. */
export function loggedNoSpace(host: HostEvidence): LogSighting[] {
  return [...logSightings(host, ["no-space"], "path")]
    .filter(([path, seen]) => OF_NODE.test(path) && !OF_A_POD.test(path) && !isOver(path, seen, host))
    .map(([, seen]) => seen);
}
