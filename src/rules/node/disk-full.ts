import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, percent, size } from "../words.ts";
import { podTerminating } from "../kube/pod-terminating.ts";
import type { TerminatingPod } from "../kube/terminating.ts";
import type { LocatedUse } from "./disk-space.ts";
import { dataFileSystems, fullness, spaceHolders } from "./disk-space.ts";
import { citesOf, logSightings, secondsSince } from "../log-symptom.ts";
import { OVER_AFTER } from "./logged-no-space.ts";
import type { NoSpace } from "./no-space.ts";
import { complaintOf, noSpace } from "./no-space.ts";

const CITED = 4;
/** What takes this share of the room that is used, or more, is what filled the disk. */
const MUCH = 0.4;
const TOO_MUCH = 1.2;

type Trouble = NoSpace | TerminatingPod;
const isPod = (seen: Trouble): seen is TerminatingPod => "namespace" in seen;

/** The disk of containers is full, and who filled it. */
export const diskFull = defineCause<Trouble>({
  id: "node/disk-full",
  title: "the disk of containers' data is full",
  description:
    "df shows the file system of the runtime's or the kubelet's data at 95 % and more of its bytes or inodes: pods can't be made, nor deleted. " +
    "docker system df, du and docker inspect tell whether logs, writable layers, images or volumes hold the room.",
  explains: [noSpace, podTerminating],
  // Of a pod that stays it is a rival where its node's disk is full indeed.
  concerns: (about) =>
    about.seen !== undefined &&
    (!isPod(about.seen) || fullOnes(about).some(({ use }) => fullness(use) === "full")),
  culprit(about) {
    const [first] = fullOnes(about);
    return first && { kind: "filesystem", name: first.use.mountPoint };
  },
  tests: [
    {
      statement: "the file system of containers' data is full",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: { text: "how full the node's file systems are, by bytes and by inodes", command: "df; df -i" },
      answer: answerFull,
    },
    {
      statement: "the kubelet or the runtime says that there is no room",
      axis: "time",
      holds: "strong",
      ask: { text: "what the cluster says of the node", command: "kubectl get events,nodes -A -o yaml" },
      answer({ host, seen }) {
        const cites = seen ? complaints(host, seen) : [];
        return cites.length > 0 ? holds(cites.slice(0, CITED)) : cantTell();
      },
    },
    {
      statement: "logs, writable layers, images or volumes take most of the room",
      axis: "identity",
      holds: "strong",
      ask: {
        text: "what takes the room",
        command:
          "docker system df -v; du -ak /var/lib/docker/containers /var/log/pods | sort -n | tail -n 50",
      },
      answer(about) {
        const holders = spaceHolders(about.host);
        const used = usedBytes(about);
        // More than the disk has can't be: du was asked for other units, or of another disk.
        const large = holders.filter(
          ({ bytes }) => used === undefined || (bytes >= used * MUCH && bytes <= used * TOO_MUCH),
        );
        const cites = large.flatMap((each) => each.cites);
        if (cites.length === 0) return cantTell(holders.length > 0 ? "uncovered" : "absent");
        return holds(
          cites.slice(0, CITED),
          used === undefined || (about.seen && isPod(about.seen)) ? { atMost: "weak" } : {},
        );
      },
    },
    {
      statement: "logs of containers grow without end",
      axis: "config",
      holds: "weak",
      ask: {
        text: "how the containers' logs are rotated (LogConfig, max-size)",
        command: "docker inspect $(docker ps -aq)",
      },
      answer({ host }) {
        const endless = unrotated(host);
        return endless.length > 0 ? holds(endless.slice(0, CITED)) : cantTell();
      },
    },
  ],
  remedy: [
    "Make room: truncate the largest logs (`: > FILE`; removing them frees nothing while they are open), then docker image prune or crictl rmi --prune.",
    "Bound what grows: log-opts max-size and max-file of Docker, or containerLogMaxSize of the kubelet; a sizeLimit or limits.ephemeral-storage for pods that write; image GC thresholds.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
    "https://docs.docker.com/engine/logging/drivers/json-file/",
  ],
  summary(about) {
    const [first] = fullOnes(about);
    const where = first
      ? `${first.use.device} on ${first.use.mountPoint} has ${first.use.percent} % of its ${first.use.of} in use`
      : "The node says that there is no room; no df shows which file system is full";
    const used = usedBytes(about);
    const holders = spaceHolders(about.host)
      .filter(({ bytes }) => used === undefined || bytes <= used * TOO_MUCH)
      .slice(0, 3);
    const parts = holders.map(({ what, bytes, largest }) => {
      const share = used === undefined || bytes > used ? "" : ` (${percent(bytes, used)})`;
      return `${what} ${size(bytes)}${share}${largest === "" ? "" : `, of these ${largest}`}`;
    });
    const who = parts.length === 0 ? "" : ` What holds the room: ${parts.join("; ")}.`;
    const endless = unrotated(about.host).length;
    const rotation = endless === 0 ? "" : ` The logs of ${count(endless, "container")} have no max-size.`;
    return `${where}.${who}${rotation}`;
  },
});

/** The full file systems that a sighting is about; those of the node where only the cluster complains. */
function fullOnes({ host, seen }: About<Trouble>): readonly LocatedUse[] {
  if (seen && !isPod(seen) && seen.full) return [seen.full];
  const full = dataFileSystems(host).filter(({ use }) => fullness(use) === "full");
  return full.length > 0 ? full : dataFileSystems(host).filter(({ use }) => fullness(use) === "nearly");
}

function usedBytes(about: About<Trouble>): number | undefined {
  const [first] = fullOnes(about);
  if (!first) return undefined;
  if (first.use.of === "bytes") return first.use.used;
  const same = dataFileSystems(about.host).find(
    ({ use }) => use.of === "bytes" && use.device === first.use.device,
  );
  return same?.use.used;
}

function answerFull(about: About<Trouble>): Answer {
  const { host, seen } = about;
  const full = fullOnes(about);
  if (full.length > 0) {
    const isFull = full.some(({ use }) => fullness(use) === "full");
    // With a twentieth left of a large disk, writes still succeed: then somebody has to say that they don't.
    const isTold = seen !== undefined && complaints(host, seen).length > 0;
    return holds(
      full.slice(0, CITED).map(({ cite }) => cite),
      isFull || isTold ? {} : { atMost: "weak" },
    );
  }
  const all = dataFileSystems(host);
  const known = (of: "bytes" | "inodes") =>
    all.filter(({ use }) => use.of === of && fullness(use) === "room");
  if (all.length === 0) return cantTell();
  // Room of bytes says nothing of inodes, nor the other way round; and somebody may have made room since.
  if (known("bytes").length === 0 || known("inodes").length === 0) return cantTell("uncovered");
  return fails(
    all.slice(0, CITED).map(({ cite }) => cite),
    { atMost: "strong" },
  );
}

function complaints(host: HostEvidence, seen: Trouble): readonly Cite[] {
  if (!isPod(seen) && seen.complaints.length > 0) return seen.complaints;
  const { cluster, name } = host;
  const logged = [...logSightings(host, ["no-space"]).values()]
    .filter((seen) => (secondsSince(seen) ?? 0) <= OVER_AFTER)
    .flatMap(citesOf);
  const told = cluster.listed.flatMap((object) => {
    const said = complaintOf(cluster, object);
    return said && name !== null && (said.node === name || said.node.startsWith(`${name}.`))
      ? [said.cite]
      : [];
  });
  return [...told, ...logged];
}

/** Containers whose logs Docker keeps in files that nothing bounds. */
function unrotated(host: HostEvidence): Cite[] {
  return host.models("docker-inspect").flatMap(({ model, artifact }) =>
    model.containers
      .filter(({ logDriver, logMaxSize }) => logDriver === "json-file" && logMaxSize === undefined)
      .map(({ name, line }) => ({
        artifact: artifact.path,
        text: `${name}: log driver json-file without max-size`,
        where: { line },
      })),
  );
}
