import type { HostEvidence } from "../evidence/index.ts";
import type { QueryTotals } from "../pcap/index.ts";
import { listeners } from "../pcap/index.ts";
import type { Change, Section } from "./change.ts";
import { section } from "./change.ts";

/** Of attempts or queries: less may have come by chance. */
const TELLING = 0.02;

interface Outcome {
  readonly total: number;
  readonly failed: number;
  readonly artifact: string;
}

/** Compares what share of connection attempts and of DNS queries failed, by listener and by server. */
export function compareCaptures(before: HostEvidence, after: HostEvidence): Section[] {
  if (before.captures.length === 0 || after.captures.length === 0) return [];
  return [
    ...compared("failed connection attempts", attempts(before), attempts(after)),
    ...compared("DNS queries without an answer", queries(before), queries(after)),
  ];
}

function attempts({ captures }: HostEvidence): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const { model, artifact } of captures) {
    for (const { key, attempts, refused, unanswered, undecided, icmp } of listeners(model)) {
      const failed = refused + unanswered + icmp.reduce((sum, { count }) => sum + count, 0);
      add(outcomes, key, { total: attempts - undecided, failed, artifact: artifact.path });
    }
  }
  return outcomes;
}

function queries({ captures }: HostEvidence): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const { model, artifact } of captures) {
    const { totals } = model.dns;
    const add1 = (key: string, { asked, undecided, unanswered, icmp }: QueryTotals): void =>
      add(outcomes, key, { total: asked - undecided, failed: unanswered + icmp, artifact: artifact.path });
    for (const server of totals.servers) add1(server.server, server);
  }
  return outcomes;
}

function add(outcomes: Map<string, Outcome>, key: string, outcome: Outcome): void {
  const { total, failed } = outcomes.get(key) ?? { total: 0, failed: 0 };
  outcomes.set(key, { ...outcome, total: total + outcome.total, failed: failed + outcome.failed });
}

function compared(
  title: string,
  before: ReadonlyMap<string, Outcome>,
  after: ReadonlyMap<string, Outcome>,
): Section[] {
  const keys = [...after.keys()].filter((key) => before.has(key));
  const changes = keys.flatMap((what) => {
    const [then, now] = [before.get(what), after.get(what)];
    const [from, to] = [shareOf(then), shareOf(now)];
    if (!then || !now || from === undefined || to === undefined || Math.abs(to - from) < TELLING) return [];
    const change: Change = {
      is: "changed",
      what,
      before: `${then.failed} of ${then.total}`,
      after: `${now.failed} of ${now.total}`,
      by: now.failed - then.failed,
      cite: { artifact: now.artifact, text: `${what}: ${now.failed} of ${now.total}` },
    };
    return [{ change, by: Math.abs(to - from) }];
  });
  changes.sort((a, b) => b.by - a.by);
  return keys.length === 0
    ? []
    : [
        section(
          title,
          keys.length,
          changes.map(({ change }) => change),
        ),
      ];
}

const shareOf = (outcome: Outcome | undefined): number | undefined =>
  outcome && outcome.total > 0 ? outcome.failed / outcome.total : undefined;
