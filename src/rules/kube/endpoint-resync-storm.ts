import type { Cite, ClusterEvidence, Moment, Timeline } from "../../evidence/index.ts";
import {
  controllerManagerVersions,
  endpointLabels,
  counterTimelines,
  growthOf,
  HEADLESS_LABEL,
  isSurelyBefore,
  sampleCite,
  timelines,
} from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { answerByVersions, HEADLESS_LABEL_RESYNC, remedyOf, versionTest } from "../fixes/index.ts";
import { count } from "../words.ts";
import { endpointWriteStorm } from "./endpoint-write-storm.ts";
import type { EndpointWrites } from "./endpoint-writes.ts";
import { endpointCount, endpointWrites, writesCite } from "./endpoint-writes.ts";
import { periodOf } from "./episodes.ts";
import type { ControllerLoad } from "./workqueue-backlog.ts";
import { queueEpisodes, queueOf, workqueueBacklog } from "./workqueue-backlog.ts";

const QUEUE = "endpoint";
/** The shared informers of kube-controller-manager resync after 12 hours and up to as many again. */
const LEAST_PERIOD = 12 * 3600;
const MOST_PERIOD = 24 * 3600;
/** Of all Endpoints: what is nearly all of them, and what is a part. */
const NEARLY_ALL = 0.8;
const HALF = 0.5;
const PART = 0.3;
const CITED = 4;

/** The endpoint controller rewrites every Endpoints object of a headless Service whenever its informers resync. */
export const endpointResyncStorm = defineCause<ControllerLoad>({
  id: "kube/endpoint-resync-storm",
  title: "every resync rewrites all Endpoints of headless Services",
  description:
    `kube-controller-manager puts the label ${HEADLESS_LABEL} on the Endpoints of headless Services, and before 1.17.13, 1.18.10, 1.19.3 and 1.20 it then compares ` +
    "their labels with the Service's, which lacks it. So nothing is ever up to date: each resync of its informers, every 12 to 24 hours, writes every such object, and real changes wait behind.",
  explains: [workqueueBacklog, endpointWriteStorm],
  of: "cluster",
  concerns: ({ seen }) => seen?.queue === QUEUE,
  culprit: () => ({ kind: "controller", name: "endpoint-controller" }),
  tests: [
    {
      statement: `Endpoints carry the label ${HEADLESS_LABEL}, and their Services don't`,
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "Services and Endpoints, with their labels",
        command: "kubectl get services,endpoints -A -o yaml",
      },
      answer: ({ host }) => answerLabels(host.cluster),
    },
    versionTest<ControllerLoad>(HEADLESS_LABEL_RESYNC, {
      statement: "this kube-controller-manager takes that for a change",
      fails: "decisive",
    }),
    {
      statement: "about as many Endpoints were written, or waited to be, as there are",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the API server's audit log of the time, or its log at verbosity 3, and the metrics of kube-controller-manager during a storm",
        command:
          "kubectl get --raw /api/v1/namespaces/kube-system/pods/https:NAME-OF-CONTROLLER-MANAGER:10257/proxy/metrics",
      },
      answer: ({ host, seen }) => answerAmount(host.cluster, seen),
    },
    {
      statement: "it comes back as often as informers resync, every 12 to 24 hours",
      axis: "time",
      holds: "strong",
      ask: {
        text: "workqueue_depth of the queue endpoint over three days or more",
        command:
          "curl -s 'http://PROMETHEUS:9090/api/v1/query_range?query=workqueue_depth{name=\"endpoint\"}&start=…&end=…&step=60'",
      },
      answer({ host, seen }) {
        const period = resyncPeriod(host.cluster, seen);
        const at = timelines(host.cluster, "metrics", "workqueue_depth").find(isQueue);
        const [writes] = endpointWrites(host.cluster);
        const first = at?.samples[0];
        if (!period) return cantTell("uncovered");
        const text = `it began ${period.intervals + 1} times, ${hours(period.seconds)} apart`;
        const cites = first ? [sampleCite(first, text)] : writes ? [writesCite(writes, text)] : [];
        // Fixed controllers look at all Endpoints as often, and whatever is slow by then makes a queue of it.
        return holds(cites, period.intervals >= 2 && isAffected(host.cluster) ? {} : { atMost: "weak" });
      },
    },
  ],
  fixes: [HEADLESS_LABEL_RESYNC],
  remedy: remedyOf(HEADLESS_LABEL_RESYNC),
  references: HEADLESS_LABEL_RESYNC.references,
  summary({ host, seen }) {
    const { differ, compared } = endpointLabels(host.cluster);
    const period = resyncPeriod(host.cluster, seen);
    const labels =
      differ.length > 0
        ? `${differ.length} of ${count(compared, "Endpoints object")} carry the label ${HEADLESS_LABEL} and their Services don't`
        : "Endpoints are written, or wait to be";
    const again = period
      ? ` It comes back every ${hours(period.seconds)}: the resync of the controller's informers, 12 hours times a factor between 1 and 2.`
      : "";
    return `${labels}, so that an endpoint controller without the fix writes each of them at every resync. Changes that matter wait behind them.${again}`;
  },
});

const isQueue = (timeline: Timeline): boolean => queueOf(timeline) === QUEUE;
const hours = (seconds: number): string => `${(seconds / 3600).toFixed(1)} hours`;

function answerLabels(cluster: ClusterEvidence): Answer {
  const { compared, differ, listed } = endpointLabels(cluster);
  if (compared === 0) return cantTell();
  const cite = (objects: typeof differ, says: string): Cite[] =>
    objects
      .slice(0, CITED)
      .map((object) => cluster.cite(object, `Endpoints ${object.namespace}/${object.name} ${says}`));
  if (differ.length > 0) {
    const cites = cite(differ, `carry ${HEADLESS_LABEL}, their Service doesn't`);
    // What fixed controllers write too tells nothing without the version.
    return holds(cites, isAffected(cluster) ? {} : { atMost: "weak" });
  }
  const one = cluster.objects.filter(({ kind }) => kind === "Endpoints");
  const says = "has the labels that its Service has";
  // A few of many say nothing about the others.
  return fails(cite(one.slice(0, 1), says), compared >= listed && compared > 1 ? {} : { atMost: "weak" });
}

/** Whether every controller manager surely has the fault. */
const isAffected = (cluster: ClusterEvidence): boolean =>
  answerByVersions(HEADLESS_LABEL_RESYNC, controllerManagerVersions(cluster)).is === "holds";

function answerAmount(cluster: ClusterEvidence, seen: ControllerLoad | undefined): Answer {
  const all = endpointCount(cluster);
  if (!all) return cantTell();
  const [writes] = endpointWrites(cluster);
  if (writes) {
    const { group, runs } = writes;
    const most = runs.reduce((sum, { amount }) => Math.max(sum, amount), 0);
    const says = `${group.objects} different Endpoints were written, up to ${count(most, "PUT")} in a row`;
    const cites = [writesCite(writes, says), all.cite];
    const wanted = all.count * NEARLY_ALL;
    if (group.objects >= wanted && most >= wanted) return holds(cites);
    if (group.objects < all.count * PART && covers(cluster, writes, seen)) return fails(cites);
  }
  const added = addedIn(cluster, all.count);
  if (added) return holds([added, all.cite]);
  const peak = seen?.episodes.reduce((most, { amount }) => Math.max(most, amount), 0) ?? 0;
  const sample = timelines(cluster, "metrics", "workqueue_depth")
    .filter(isQueue)
    .flatMap(({ samples }) => samples)
    .find(({ value }) => value === peak);
  if (!sample || peak < all.count * HALF) return cantTell("uncovered");
  return holds([sampleCite(sample, `${peak} items waited in the queue ${QUEUE}`), all.cite]);
}

/** Whether a log was written all the time that an episode lasted, whatever zones the log and the metrics are of where these don't say. */
function covers(
  cluster: ClusterEvidence,
  { log, group }: EndpointWrites,
  seen: ControllerLoad | undefined,
): boolean {
  const isZoned = log.model.isZoned && cluster.models("metrics").every(({ model }) => model.isZoned);
  const times = [...group.minutes.keys()].map((minute) => minute * 60).sort((a, b) => a - b);
  const clock = (at: number): Moment => ({ seconds: at, clock: isZoned ? "utc" : "local" });
  const [first = Number.NaN] = times;
  const last = (times.at(-1) ?? Number.NaN) + 60;
  return (
    log.model.isDated &&
    (seen?.episodes ?? []).some(({ start, end }) => {
      const [from, until]: [Moment, Moment] = [clock(first), clock(last)];
      return (
        isSurelyBefore(from, { seconds: start, clock: "utc" }) &&
        isSurelyBefore({ seconds: end, clock: "utc" }, until)
      );
    })
  );
}

/** Further apart the changes of a day add up to as many. */
const SOON = 1800;

/** Two scrapes, one soon after the other, between which the queue got about as many items as there are Endpoints. */
function addedIn(cluster: ClusterEvidence, all: number): Cite | undefined {
  for (const timeline of counterTimelines(cluster, "metrics", "workqueue_adds_total").filter(isQueue)) {
    for (let at = 1; at < timeline.samples.length; at++) {
      const pair = timeline.samples.slice(at - 1, at + 1);
      const grown = growthOf({ ...timeline, samples: pair }) ?? 0;
      const [first, last] = pair;
      if (last && grown >= all * NEARLY_ALL && last.time - (first?.time ?? Number.NaN) <= SOON)
        return sampleCite(
          last,
          `${grown} items were added to the queue ${QUEUE} from one scrape to the next`,
        );
    }
  }
  return undefined;
}

interface Period {
  readonly seconds: number;
  readonly intervals: number;
}

/** How often storms come, by the queue or by what was seen, if that is as often as informers resync. */
function resyncPeriod(cluster: ClusterEvidence, seen: ControllerLoad | undefined): Period | undefined {
  const period = periodOf(queueEpisodes(cluster, QUEUE)) ?? periodOf(seen?.episodes ?? []);
  // Storms are seen a minute or so late.
  return period && period.seconds >= LEAST_PERIOD * 0.98 && period.seconds <= MOST_PERIOD * 1.02
    ? period
    : undefined;
}
