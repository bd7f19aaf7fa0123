import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { type LogTime, secondsBetween } from "../../logs/index.ts";
import { type Answer, cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { type LogSighting, logSightings } from "../log-symptom.ts";
import { volumeMountTimeout } from "./volume-mount-timeout.ts";

/** The log must begin so long before the first time-out that the beginning of the work would be in it. */
const BEFORE = 600;
const OWNERSHIP =
  /(?:^|\/)volume\.(?:SetVolumeOwnership|\(\*VolumeOwnership\)\.\w+|changeFilePermission|walkDeep)/;

/** With fsGroup set, kubelet changes owner and mode of each file of the volume before the pod may start. */
export const fsgroupChownSlow = defineCause<LogSighting>({
  id: "kube/fsgroup-chown-slow",
  title: "kubelet gives a volume's many files to the pod's group",
  description:
    "A pod with fsGroup has each file of its volume changed by kubelet before its start, each time, unless fsGroupChangePolicy says otherwise. " +
    "With many files, or a slow file system, that takes longer than kubelet waits.",
  explains: [volumeMountTimeout],
  tests: [
    {
      statement: "kubelet says that setting the ownership of the pod's volume could be slow",
      axis: "time",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "kubelet's log from before the pod was started",
        command: "journalctl -u kubelet --no-pager",
      },
      answer: ({ host, seen }) => (seen === undefined ? cantTell() : ownershipSaid(host, seen)),
    },
    {
      statement: "a goroutine of kubelet is at it",
      axis: "state",
      holds: "strong",
      ask: {
        text: "kubelet's goroutines while the pod waits",
        command: "curl -s http://127.0.0.1:10248/debug/pprof/goroutine?debug=2",
      },
      answer({ host }) {
        if (host.goroutines.length === 0) return cantTell();
        const cites = ownershipGoroutines(host);
        // Whose goroutines these are isn't told, nor whether they were taken while it lasted.
        return cites.length > 0 ? holds(cites) : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Set securityContext.fsGroupChangePolicy to OnRootMismatch: then the files are changed only where the volume's root has another group.",
    "Leave fsGroup out where the program can read the files anyway, or let the CSI driver apply the group at the mount (fsGroupPolicy).",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/69699",
    "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  ],
  summary({ seen, host }) {
    const pod = seen?.fields["pod"] ?? "a pod";
    const isSaid = seen !== undefined && ownershipSaid(host, seen).is === "holds";
    return isSaid || ownershipGoroutines(host).length > 0
      ? `Kubelet gives up waiting for volumes of ${pod} while it changes the group of each file in one of them.`
      : `Kubelet gives up waiting for volumes of ${pod}; nothing that was collected says whether it changes the group of each file in one of them.`;
  },
});

function ownershipGoroutines(host: HostEvidence): Cite[] {
  return host.goroutines.flatMap(({ model, artifact }) =>
    model.groups.flatMap(({ frames, count }) => {
      const frame = frames.find(({ func }) => OWNERSHIP.test(func));
      return frame ? [{ artifact: artifact.path, text: `${count} in ${frame.func}` }] : [];
    }),
  );
}

/** Whether the log has the line about a volume of the pod that waits, which it writes after half a minute of work (older ones, at its beginning). */
function ownershipSaid(host: HostEvidence, { fields, run, log, artifact }: LogSighting): Answer {
  const { uid } = fields;
  const said = [...logSightings(host, ["fsgroup-chown"], "volume").values()];
  if (uid === undefined) return cantTell("uncovered");
  const cites = said
    .filter(({ fields: { volume } }) => volume?.includes(`/pods/${uid}/`) === true)
    .map((each) => ({
      artifact: each.artifact.path,
      text: each.run.first.text,
      where: { line: each.run.first.line },
    }));
  if (cites.length > 0) return holds(cites);
  if (!beginsBefore(log.from, run.first.time)) return cantTell("uncovered");
  const text = `no volume of ${fields["pod"]} is named in a line about ownership in ${artifact.path}`;
  return fails([{ artifact: artifact.path, text }]);
}

const beginsBefore = (from: LogTime | undefined, time: LogTime | undefined): boolean =>
  (secondsBetween(from, time) ?? 0) >= BEFORE;
