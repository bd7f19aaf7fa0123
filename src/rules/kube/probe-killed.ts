import type { KubeEvent } from "../../kube/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { CrashLoop } from "./crash-loop.ts";
import { ASK_END, crashLoop, endText, whoOf } from "./crash-loop.ts";
import { quoted } from "./reasons.ts";

/** SIGKILL and SIGTERM, by which the kubelet ends a container. */
const BY_KUBELET = new Set([137, 143]);
/** The default failureThreshold: so many failures in a row are a kill. */
const THRESHOLD = 3;

/** `Container web failed liveness probe, will be restarted`; older kubelets: `Container failed liveness probe.. Container will be killed and recreated.` */
const isKill = ({ reason, message }: KubeEvent): boolean =>
  reason === "Killing" && /failed (?:liveness|startup) probe/.test(message);
const isFailure = ({ reason, message }: KubeEvent): boolean =>
  reason === "Unhealthy" && /^(?:Liveness|Startup) probe (?:failed|errored)/.test(message);

/** The kubelet kills a container that doesn't answer its probe in time. */
export const probeKilled = defineCause<CrashLoop>({
  id: "kube/probe-killed",
  title: "the kubelet kills the container, for its probe fails",
  description:
    "A liveness or startup probe fails as often as it may, and the kubelet ends the container and starts it anew. Where the program is only slow, at its start or under load, that makes it " +
    "worse.",
  explains: [crashLoop],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the kubelet tells that it killed the container for its probe",
      axis: "time",
      holds: "decisive",
      ask: {
        text: "the pod's events, which name the probe and its error; they are kept for an hour",
        command: "kubectl -n NAMESPACE describe pod POD",
      },
      answer({ seen, host }) {
        const kills = seen?.events.filter(isKill) ?? [];
        const failures = seen?.events.filter(isFailure) ?? [];
        if (kills.length + failures.length === 0)
          return cantTell(seen === undefined || seen.events.length === 0 ? "absent" : "uncovered");
        const cites = [...kills, ...failures]
          .slice(0, 4)
          .map((event) =>
            host.cluster.cite(event.object, `${count(event.count ?? 1, "time")}: ${quoted(event.message)}`),
          );
        const times = sum(kills);
        if (times > 1) return holds(cites);
        if (times === 1) return holds(cites, { atMost: "strong" });
        // Failures below the threshold are of any slow moment.
        return holds(cites, { atMost: sum(failures) >= THRESHOLD ? "strong" : "weak" });
      },
    },
    {
      statement: "the container ended by SIGTERM or SIGKILL, and not for want of memory",
      axis: "state",
      holds: "weak",
      fails: "weak",
      ask: ASK_END,
      answer({ seen, host }) {
        const { last } = seen ?? {};
        if (!seen || last?.exitCode === undefined) return cantTell("absent");
        const cites = [host.cluster.cite(seen.pod.object, `${whoOf(seen)} ended ${endText(last)}`)];
        // A program may take SIGTERM and end with a status of its own.
        return BY_KUBELET.has(last.exitCode) && last.reason !== "OOMKilled" ? holds(cites) : fails(cites);
      },
    },
    {
      statement: "the kernel didn't kill it for want of memory",
      axis: "identity",
      fails: "decisive",
      answer({ seen, host }) {
        const { last } = seen ?? {};
        if (!seen || last?.reason !== "OOMKilled") return cantTell("absent");
        return fails([host.cluster.cite(seen.pod.object, `${whoOf(seen)} ended ${endText(last)}`)]);
      },
    },
  ],
  remedy: [
    "Find out why the probe fails: too little processor (throttling), a dependency that the probe asks, a program that is still starting.",
    "Give a slow start a startupProbe; let liveness ask only whether the program itself is stuck, with a timeoutSeconds and failureThreshold that a busy moment does not reach.",
  ],
  references: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const kills = seen.events.filter(isKill);
    const failure = seen.events.find(isFailure);
    if (kills.length === 0 && !failure) return `Nothing tells whether a probe of ${whoOf(seen)} fails.`;
    const killed =
      kills.length === 0
        ? `A probe of ${whoOf(seen)} has failed ${count(sum(seen.events.filter(isFailure)), "time")}`
        : `The kubelet has killed ${whoOf(seen)} ${count(sum(kills), "time")} for its probe`;
    return `${killed}${failure ? `: ${quoted(failure.message)}` : ""}.`;
  },
});

const sum = (events: readonly KubeEvent[]): number =>
  events.reduce((total, { count: n = 1 }) => total + n, 0);
