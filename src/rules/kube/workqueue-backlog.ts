import type { Cite, ClusterEvidence, Timeline } from "../../evidence/index.ts";
import { sampleCite, timelines } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { seconds } from "../words.ts";
import type { Episode } from "./episodes.ts";
import { episodesAbove } from "./episodes.ts";

/** A controller that has more to do than it gets done. */
export interface ControllerLoad {
  /** The name of its queue, such as `endpoint`. */
  readonly queue: string;
  /** When it was seen so; without times where a single scrape shows it. */
  readonly episodes: readonly Episode[];
}

/** A queue with so many items is long. */
const LONG = 1000;
/** A controller's queue is as long as its list when it starts, and after a change of all: it gets that done in a minute or so. */
const LASTING = 120;
/** Seconds: items that wait no longer on the average don't pile up. */
const SHORT_WAIT = 1;

/** A queue of work that grows faster than it is worked off, for minutes. */
export const workqueueBacklog = defineSymptom<ControllerLoad>({
  id: "kube/workqueue-backlog",
  title: "a controller's work queue is backed up",
  description:
    "The metrics of a controller show at least 1,000 items in one of its work queues, for two minutes at least where a series tells how long. A queue " +
    "that drains at once, as after a start, is none.",
  remedy: [
    "Look at what fills the queue (workqueue_adds_total, workqueue_retries_total) and at what each item waits for: the API server's answers, or the controller's own limit of requests (rest_client_rate_limiter_duration_seconds).",
    "Give the controller more workers (such as --concurrent-endpoint-syncs) and a higher --kube-api-qps and --kube-api-burst.",
  ],
  references: [
    "https://kubernetes.io/docs/reference/instrumentation/metrics/",
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/",
  ],
  *detectInCluster(cluster) {
    const byQueue = new Map<string, { episodes: Episode[]; evidence: Cite[] }>();
    for (const timeline of timelines(cluster, "metrics", "workqueue_depth")) {
      const queue = queueOf(timeline);
      const episodes = queue === undefined ? [] : backlogs(cluster, timeline);
      if (queue === undefined || episodes.length === 0) continue;
      const known = byQueue.get(queue) ?? { episodes: [], evidence: [] };
      byQueue.set(queue, known);
      known.episodes.push(...episodes);
      known.evidence.push(...episodes.slice(0, CITED).flatMap((each) => citeEpisode(timeline, each)));
    }
    for (const [queue, { episodes: all, evidence }] of byQueue) {
      const episodes = apart(all);
      const peak = episodes.reduce((most, { amount }) => Math.max(most, amount), 0);
      const longest = episodes.reduce((most, { start, end }) => Math.max(most, end - start || 0), 0);
      const lasted = longest === 0 ? "" : `, for ${seconds(longest)}`;
      const often = episodes.length > 1 ? `, ${episodes.length} times` : "";
      yield {
        subject: { kind: "queue", name: queue },
        summary: `The work queue ${queue} held up to ${peak} items${lasted}${often}.`,
        evidence,
        data: { queue, episodes },
        weight: peak,
      };
    }
  },
});

/** Seconds between two that are one, seen by two who don't look at the same moment. */
const SAME = 300;

/** What several series show of one queue, each episode once. */
function apart(episodes: readonly Episode[]): readonly Episode[] {
  const timed = episodes.filter(({ start }) => !Number.isNaN(start)).sort((a, b) => a.start - b.start);
  // A scrape that doesn't tell its time may be of any of them.
  if (timed.length === 0) return episodes.slice(0, 1);
  const found: Episode[] = [];
  for (const each of timed) {
    const last = found.at(-1);
    if (last && each.start - last.end <= SAME)
      found[found.length - 1] = {
        start: last.start,
        end: Math.max(last.end, each.end),
        amount: Math.max(last.amount, each.amount),
      };
    else found.push(each);
  }
  return found;
}

const CITED = 6;

/** The name of the queue that a series is of; in a table of series a legend is often nothing but that. */
export const queueOf = ({ labels }: Pick<Timeline, "labels">): string | undefined =>
  labels.get("name") ?? labels.get("legend");

/** When a queue of that name was backed up, by all that show it. */
export function queueEpisodes(cluster: ClusterEvidence, queue: string): readonly Episode[] {
  const all = timelines(cluster, "metrics", "workqueue_depth").filter(
    (timeline) => queueOf(timeline) === queue,
  );
  return apart(all.flatMap((timeline) => backlogs(cluster, timeline)));
}

/** When a queue was backed up. */
function backlogs(cluster: ClusterEvidence, timeline: Timeline): readonly Episode[] {
  const episodes = episodesAbove(timeline, LONG);
  if (timeline.samples.some(({ time }) => time > 0))
    return episodes.filter(({ start, end }) => end - start >= LASTING);
  return waitsBriefly(cluster, timeline) ? [] : episodes;
}

/** Whether the items of the queue waited next to no time, on the average since the controller started. */
function waitsBriefly(cluster: ClusterEvidence, { labels, samples }: Timeline): boolean {
  const path = samples[0]?.artifact.path;
  const of = (name: string): number | undefined =>
    timelines(cluster, "metrics", name)
      .find(
        (each) => each.labels.get("name") === labels.get("name") && each.samples[0]?.artifact.path === path,
      )
      ?.samples.at(-1)?.value;
  const [sum, count] = [
    of("workqueue_queue_duration_seconds_sum"),
    of("workqueue_queue_duration_seconds_count"),
  ];
  return sum !== undefined && count !== undefined && count > 0 && sum / count < SHORT_WAIT;
}

function citeEpisode({ labels, samples }: Timeline, { start, end, amount }: Episode): Cite[] {
  const peak = samples.find(({ time, value }) => value === amount && !(time < start || time > end));
  if (!peak) return [];
  const when = Number.isNaN(start) ? "" : ` at ${new Date(peak.time * 1000).toISOString().slice(0, 19)}Z`;
  return [sampleCite(peak, `workqueue_depth{name="${labels.get("name") ?? ""}"} is ${amount}${when}`)];
}
