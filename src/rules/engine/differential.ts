import type { Evaluated, OpenQuestion } from "./evaluate-cause.ts";
import type { Share } from "./answer.ts";
import type { Deciding, Rival } from "./finding.ts";
import type { Missing } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

/** How sure a verdict is: the surest first. */
export const RANK: Record<Verdict, number> = { confirmed: 0, likely: 1, possible: 2, "ruled-out": 3 };

/** What is gathered by watching, on several machines, or by stopping a program, after what is only read. */
const DEAR: readonly (readonly [RegExp, number])[] = [
  [/\b(?:gcore|dlv|strace|perf|bpftrace)\b/, 3],
  [/\b(?:tcpdump|tshark|dumpcap)\b/, 2],
  [/\b(?:sleep|watch|curl|go tool)\b/, 1],
];

/** The causes of one symptom, the surest first; of equally sure ones that for which more speaks. */
export function differentialOf(evaluated: readonly Evaluated[]): Rival[] {
  return evaluated
    .toSorted(byLead)
    .map(({ finding: { rule, verdict, share } }) => ({ rule, verdict, ...(share && { share }) }));
}

/**
 * What no cause explains that is at least likely. Nothing where one of them can't say how much it explains: it may be all.
 * Shares may overlap, so that what is left is at least this.
 */
export function unexplainedOf(differential: readonly Rival[]): Share | undefined {
  const leading = differential.filter(({ verdict }) => RANK[verdict] <= RANK.likely);
  const shares = leading.flatMap(({ share }) => share ?? []);
  if (shares.length === 0 || shares.length < leading.length) return undefined;
  const total = Math.max(...shares.map((share) => share.total));
  const n = total - shares.reduce((sum, share) => sum + share.n, 0);
  return n > 0 ? { n, total } : undefined;
}

function byLead(a: Evaluated, b: Evaluated): number {
  return (
    RANK[a.finding.verdict] - RANK[b.finding.verdict] ||
    // What is ruled out is so whatever speaks for it.
    (a.finding.verdict === "ruled-out" ? 0 : b.score - a.score) ||
    (a.finding.rule < b.finding.rule ? -1 : 1)
  );
}

/**
 * What would decide between the two causes that lead: of the open questions that could, the one that is cheapest to
 * answer. Nothing where one is confirmed, or where no question is left.
 */
export function decidingOf(evaluated: readonly Evaluated[]): Deciding | undefined {
  const [first, second] = evaluated.filter(({ finding }) => finding.verdict !== "ruled-out").sort(byLead);
  if (!first || first.finding.verdict === "confirmed") return undefined;
  const leading = [first, ...(second ? [second] : [])];
  const open = leading.flatMap((each) => each.open);
  const [best] = open.filter(({ telling }) => telling >= STRONG).sort(byCost);
  const question = best ?? open.sort(byCost)[0];
  return question && { ...question.ask, between: leading.map(({ finding }) => finding.rule) };
}

const STRONG = 2;

/** The cheaper first; of two that cost the same the more telling. */
const byCost = (a: OpenQuestion, b: OpenQuestion): number =>
  costOf(a.ask) - costOf(b.ask) || b.telling - a.telling;

/** What it takes to run a command: 0 for one that only reads. */
export function costOf({ command }: Pick<Missing, "command">): number {
  return DEAR.find(([program]) => program.test(command))?.[1] ?? 0;
}
