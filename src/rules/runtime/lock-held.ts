import type { Located } from "../../bundle/index.ts";
import { memo } from "../../bytes/index.ts";
import type { HostEvidence, Moment } from "../../evidence/index.ts";
import { isAt, momentOf, takesOf } from "../../evidence/index.ts";
import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { userFrames } from "../../pprof/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { goroutineCite, leafName, stackName, waitText } from "../go/goroutine-text.ts";
import { holdersOf, lockRequest, ownerOf } from "../go/locks.ts";
import { OLD } from "../go/wait-age.ts";
import { count } from "../words.ts";
import type { RuntimeTrouble } from "./runtime-trouble.ts";
import { RUNTIME_TROUBLES, whoStands } from "./runtime-trouble.ts";

/** What only the daemon of a runtime runs: its clients have other packages of the same projects. */
const DAEMON =
  /^github\.com\/(?:docker\/docker|moby\/moby(?:\/v2)?)\/(?:daemon|container|libcontainerd|api\/server)\b|^github\.com\/containerd\/containerd(?:\/v2)?\/(?:pkg\/cri|internal\/cri|services|plugins|metrics)\b|^github\.com\/(?:containerd\/cri|kubernetes-incubator\/cri-containerd|kubernetes-incubator\/cri-o|cri-o\/cri-o)\//;
/** How the daemons answer who lists or inspects containers, as kubelet's PLEG does. */
const LISTS =
  /\.\(\*Daemon\)\.(?:Containers?|ContainerInspect\w*|containerInspect|reducePsContainer|foldFilter)$|\.\(\*(?:criService|instrumentedService|Server)\)\.(?:ListContainers|ListPodSandbox|ContainerStatus|PodSandboxStatus)$/;
/** How they answer the other calls of kubelet. */
const CALLS =
  /\.\(\*Daemon\)\.Container(?:Create|Start|Stop|Kill|Rm|Exec\w*|Stats\w*)$|\.\(\*(?:criService|instrumentedService|Server)\)\.(?:RunPodSandbox|StopPodSandbox|RemovePodSandbox|CreateContainer|StartContainer|StopContainer|RemoveContainer|ListContainerStats|ListPodSandboxStats)$/;
/** Candidates for who holds a lock that are worth naming. */
const NAMED = 3;
const CITED = 3;

interface Waiting {
  readonly snapshot: Located<GoroutineSet>;
  readonly group: GoroutineGroup;
}

/** The goroutines of a runtime's daemon that wait for a lock; the most of one place first. */
const waitingOn: (host: HostEvidence) => readonly Waiting[] = memo((host) =>
  host.goroutines
    .flatMap((snapshot) =>
      snapshot.model.groups.flatMap((group) =>
        lockRequest(group) && group.frames.some(({ func }) => DAEMON.test(func)) ? [{ snapshot, group }] : [],
      ),
    )
    .sort((a, b) => b.group.count - a.group.count),
);

const isOld = ({ group }: Waiting): boolean => (group.wait?.median ?? 0) >= OLD;

const DAY = 86_400;

/** Docker leaves each of its dumps where the first one was written: by their names some are of another time. */
function isOfAnotherDay(
  { snapshot: { artifact } }: Waiting,
  seen: RuntimeTrouble | undefined,
  host: HostEvidence,
): boolean {
  const named = takesOf(host).get(artifact)?.take.named;
  if (named === undefined || !seen || "ready" in seen) return false;
  const last = momentOf(seen.last.time);
  const written: Moment = { seconds: named, clock: "local" };
  return last !== undefined && isAt(written, last, DAY + (seen.seconds ?? 0)) === "no";
}

/** Those that have waited for minutes; all where no dump tells for how long. */
function waitingIn(about: About<RuntimeTrouble>): readonly Waiting[] {
  if (whoStands(about) !== "runtime") return [];
  const { host, seen } = about;
  const all = waitingOn(host).filter((one) => !isOfAnotherDay(one, seen, host));
  const old = all.filter(isOld);
  return old.length > 0 ? old : all.filter(({ group }) => group.wait === undefined);
}

/** Those that serve a call of the kind that the symptom says is not answered. */
function serving(about: About<RuntimeTrouble>): Waiting[] {
  const { seen } = about;
  const isListing =
    seen !== undefined &&
    ("ready" in seen || seen.events.every(({ signature }) => signature === "pleg-unhealthy"));
  return waitingIn(about).filter(({ group }) =>
    group.frames.some(({ func }) => LISTS.test(func) || (!isListing && CALLS.test(func))),
  );
}

/** A runtime whose goroutines queue for a lock that is not given back. */
export const lockHeld = defineCause<RuntimeTrouble>({
  id: "runtime/lock-held",
  title: "the container runtime waits for a lock inside itself",
  description:
    "A goroutine dump of dockerd, containerd or CRI-O shows goroutines that have waited for a lock for minutes. Docker holds a container's lock while it starts, " +
    "stops or execs in it; where that hangs, for a mount or a process that doesn't come, everybody who lists or inspects containers waits.",
  explains: RUNTIME_TROUBLES,
  concerns: (about) => waitingIn(about).length > 0,
  tests: [
    {
      statement: "goroutines of the runtime have waited for a lock for minutes",
      axis: "state",
      holds: "strong",
      ask: {
        text: "a goroutine dump of the runtime that tells how long each has waited",
        command:
          "kill -USR1 $(pidof dockerd containerd crio)   # written to its log, or to a file that it names",
      },
      answer(about) {
        const [first] = waitingIn(about);
        if (!first) return cantTell();
        const { snapshot, group } = first;
        const text = `${count(group.count, "goroutine")} in ${stackName(group)}${waitText(group)}`;
        // Without a time they may wait for a moment only.
        return holds([goroutineCite(snapshot, group, text)], isOld(first) ? {} : { atMost: "weak" });
      },
    },
    {
      statement: "these goroutines serve the calls that are not answered",
      axis: "identity",
      holds: "strong",
      answer(about) {
        const found = serving(about);
        const [first] = found;
        if (!first) return cantTell("uncovered");
        const cites = found.slice(0, CITED).map(({ snapshot, group }) => {
          const call = group.frames.findLast(({ func }) => LISTS.test(func) || CALLS.test(func))?.func;
          return goroutineCite(snapshot, group, `${count(group.count, "goroutine")} of ${call ?? ""} wait`);
        });
        return holds(cites, isOld(first) ? {} : { atMost: "weak" });
      },
    },
  ],
  remedy: [
    "Look at the goroutine that holds the lock: what it waits for (a shim that doesn't answer, a mount, a plugin, a process in state D) is the cause behind this one.",
    "Where it is one container, kill its shim; else restart the runtime, after its dump and the stacks of blocked tasks were collected.",
  ],
  references: [
    "https://github.com/awslabs/amazon-eks-ami/issues/1071",
    "https://github.com/moby/moby/issues/36661",
    "https://github.com/kubernetes/kubernetes/issues/94829",
  ],
  summary(about) {
    const [first] = serving(about).length > 0 ? serving(about) : waitingIn(about);
    if (!first) return "";
    const { snapshot, group } = first;
    const request = lockRequest(group);
    const holders = request
      ? holdersOf(request, snapshot.model).filter((one) => lockRequest(one) === undefined)
      : [];
    const named = holders.map((one) => {
      const takes = userFrames(one).find(({ func }) => ownerOf(func) === request?.owner)?.func ?? "";
      return `${takes}, which stands in ${stackName(one)}${waitText(one)}`;
    });
    const held =
      named.length === 0 || named.length > NAMED ? "" : ` It may be held by ${named.join("; or by ")}.`;
    return `${count(group.count, "goroutine")} of the container runtime ${group.count === 1 ? "waits" : "wait"} for the lock that ${leafName(group)} takes${waitText(group)}.${held}`;
  },
});
