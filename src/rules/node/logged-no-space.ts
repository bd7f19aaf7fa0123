import type { HostEvidence } from "../../evidence/index.ts";
import { type LogSighting, logSightings } from "../log-symptom.ts";

/** Where runtimes, the kubelet, etcd and the system's loggers write. */
const OF_NODE =
  /^\/(?:var\/lib\/(?:docker|containerd|containers|kubelet|rancher|crio|k3s|k0s|etcd)|var\/log|run\/containerd)(?:\/|$)/;
/** Volumes of pods, which may have a size of their own, lie here. */
const OF_A_POD = /^\/var\/lib\/kubelet\/pods(?:\/|$)/;

/** What logs say of files of the node that could not be written, `no space left on device`, by their folder. */
export function loggedNoSpace(host: HostEvidence): LogSighting[] {
  return [...logSightings(host, ["no-space"], "path")]
    .filter(([path]) => OF_NODE.test(path) && !OF_A_POD.test(path))
    .map(([, seen]) => seen);
}
