import type { Cite, ClusterEvidence, Timeline } from "../../evidence/index.ts";
import { counterTimelines, growthOf, lengthOf, sampleCite } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, seconds } from "../words.ts";

const METRIC = "apiserver_flowcontrol_rejected_requests_total";
/** Fewer are what a busy hour has, and clients try again. */
const MANY = 100;
/** Seconds a rejection, at most. */
const SPARSE = 60;

/** What the API server refused of one priority level. */
export interface Rejections {
  readonly level: string;
  readonly flows: ReadonlyMap<string, number>;
  readonly total: number;
}

/** The API server refuses requests so as not to be overrun. */
export const requestsRejected = defineSymptom<Rejections>({
  id: "kube/requests-rejected",
  title: "the API server refuses requests of one priority level",
  description:
    "Two scrapes or more of kube-apiserver between which API Priority and Fairness refused (429) at least 100 requests of one priority level, and one a minute. A single scrape has the total since the " +
    "server started, which says nothing of now.",
  remedy: [
    "See who asks so much: the flow schemas that are named, and apiserver_request_total by client in the audit log. Fewer lists and more watches help most.",
    "Give the level more shares (nominalConcurrencyShares), or what is important a level of its own.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/cluster-administration/flow-control/",
    "https://kubernetes.io/docs/reference/instrumentation/metrics/",
  ],
  *detectInCluster(cluster) {
    const levels = byLevel(cluster);
    for (const [level, { flows, total, cites, length }] of levels) {
      if (total < MANY || (length !== undefined && length > total * SPARSE)) continue;
      const named = [...flows]
        .sort((a, b) => b[1] - a[1])
        .slice(0, NAMED)
        .map(([flow, n]) => `${n} of ${flow}`)
        .join(", ");
      yield {
        subject: { kind: "priority level", name: level },
        summary: `The API server refused ${count(total, "request")} of the priority level ${level}${length === undefined ? "" : ` within ${seconds(length)}`}: ${named}.`,
        evidence: cites.slice(0, NAMED),
        data: { level, flows, total },
        weight: total,
      };
    }
  },
});

const NAMED = 6;

interface Level {
  readonly flows: Map<string, number>;
  readonly cites: Cite[];
  total: number;
  length: number | undefined;
}

function byLevel(cluster: ClusterEvidence): ReadonlyMap<string, Level> {
  const levels = new Map<string, Level>();
  for (const timeline of counterTimelines(cluster, "metrics", METRIC)) {
    const grown = growthOf(timeline) ?? 0;
    const last = timeline.samples.at(-1);
    if (grown <= 0 || !last) continue;
    const [level, flow] = [
      labelOf(timeline, "priority_level", "priorityLevel"),
      labelOf(timeline, "flow_schema", "flowSchema"),
    ];
    const known = levels.get(level) ?? {
      flows: new Map<string, number>(),
      cites: [],
      total: 0,
      length: undefined,
    };
    levels.set(level, known);
    known.flows.set(flow, (known.flows.get(flow) ?? 0) + grown);
    known.total += grown;
    known.length = Math.max(known.length ?? 0, lengthOf(timeline) ?? 0) || undefined;
    const reason = labelOf(timeline, "reason", "reason");
    known.cites.push(sampleCite(last, `${METRIC} of ${flow} grew by ${grown} (${reason})`));
  }
  return levels;
}

/** Labels were renamed in 1.20. */
const labelOf = ({ labels }: Timeline, now: string, before: string): string =>
  labels.get(now) ?? labels.get(before) ?? "unknown";
