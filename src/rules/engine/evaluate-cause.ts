import type { Answer, Share, Weight } from "./answer.ts";
import type { Evidence, Finding } from "./finding.ts";
import { evidenceFrom } from "./finding.ts";
import type { About, Cause, Missing, Sighting, Test } from "./rule.ts";
import { union } from "./union.ts";
import type { Graded } from "./verdict.ts";
import { capped, verdictOf } from "./verdict.ts";

/** A question of a cause that nothing answers yet. */
export interface OpenQuestion {
  readonly ask: Missing;
  /** How much the better of its answers would tell: 3 decides, 2 is strong, 1 is weak. */
  readonly telling: number;
}

/** What became of a cause, and what is still open about it. */
export interface Evaluated {
  readonly finding: Finding;
  /** The most telling first. */
  readonly open: readonly OpenQuestion[];
  /** What speaks for it less what speaks against it: ranks causes of one verdict, and is worth nothing beyond. */
  readonly score: number;
}

interface Answered {
  readonly test: Test<unknown>;
  readonly answer: Answer;
  readonly worth: Weight | undefined;
}

/**
 * Asks all tests of a cause about one subject.
 *
 * @returns nothing where it doesn't concern the subject, or no symptom was seen and no test that is worth something holds
 */
export function evaluateCause(
  cause: Cause<unknown>,
  about: About<unknown>,
  sighting: Pick<Sighting<unknown>, "subject" | "weight" | "when"> & { readonly symptom: string | undefined },
): Evaluated | undefined {
  if (cause.concerns?.(about) === false) return undefined;
  const answered = cause.tests.map((test): Answered => {
    const answer = test.answer(about);
    const worth = answer.is === "cant-tell" ? undefined : capped(test[answer.is], answer.atMost);
    return { test, answer, worth };
  });
  const graded = answered.flatMap(({ test, answer, worth }) =>
    answer.is === "cant-tell" ? [] : [{ axis: test.axis, is: answer.is, worth }],
  );
  const seen = sighting.symptom !== undefined;
  const verdict = verdictOf(seen, graded);
  if (!seen && (verdict === "ruled-out" || !graded.some((g) => g.is === "holds" && g.worth !== undefined)))
    return undefined;
  const advice = verdict === "ruled-out" ? undefined : cause.advice?.(about);
  const share = verdict === "ruled-out" ? undefined : shareOf(answered);
  const open = verdict === "ruled-out" ? [] : openQuestions(answered);
  const finding: Finding = {
    rule: cause.id,
    kind: seen ? "cause" : (cause.unseen ?? "cause"),
    verdict,
    host: about.host.name,
    subject: (verdict === "ruled-out" ? undefined : cause.culprit?.(about)) ?? sighting.subject,
    ...titleOf(cause.title, sighting.when),
    summary: verdict === "ruled-out" ? whyRuledOut(answered) : cause.summary(about),
    evidence: answered.flatMap(evidenceOf),
    missing: open.map(({ ask }) => ask),
    remedy: verdict === "ruled-out" ? [] : union(advice?.remedy, cause.remedy),
    references: union(advice?.references, cause.references),
    explains: sighting.symptom === undefined ? [] : [sighting.symptom],
    weight: sighting.weight,
    ...(share && { share }),
  };
  return { finding, open, score: scoreOf(graded) };
}

/** A title of something that is over, or may be, says when it was. */
export function titleOf(title: string, when: string | undefined): Pick<Finding, "title" | "when"> {
  return when === undefined ? { title } : { title: `${title} (${when})`, when };
}

/** What share of the symptom the weightiest of the answers that hold covers. */
function shareOf(answered: readonly Answered[]): Share | undefined {
  let best: { of: Share; telling: number } | undefined;
  for (const { answer, worth } of answered) {
    if (answer.is !== "holds" || answer.of === undefined || worth === undefined) continue;
    if (!best || TELLING[worth] > best.telling) best = { of: answer.of, telling: TELLING[worth] };
  }
  return best?.of;
}

function scoreOf(graded: readonly Graded[]): number {
  return graded.reduce(
    (sum, { is, worth }) =>
      sum + (worth === undefined ? 0 : is === "holds" ? TELLING[worth] : -TELLING[worth]),
    0,
  );
}

function evidenceOf({ answer, worth, test }: Answered): Evidence[] {
  if (answer.is === "cant-tell") return [];
  const effect = answer.is === "holds" ? "supports" : "contradicts";
  // What is worth nothing either way would only be noise, unless it answers a question that could have decided.
  if (worth === undefined && test.fails !== "decisive") return [];
  return answer.cites.map((cite) => evidenceFrom(effect, cite));
}

function whyRuledOut(answered: readonly Answered[]): string {
  const deciding = answered.filter((a) => a.answer.is === "fails" && a.worth === "decisive");
  return deciding
    .map(({ test, answer }) => {
      const cites = answer.is === "cant-tell" ? [] : answer.cites.map((cite) => cite.text);
      return `Not so that ${test.statement}: ${cites.join("; ")}.`;
    })
    .join(" ");
}

const TELLING: Record<Weight, number> = { decisive: 3, strong: 2, weak: 1 };

/** What would answer the open questions, each once; what could decide stands first. */
function openQuestions(answered: readonly Answered[]): OpenQuestion[] {
  const open = answered.flatMap(({ test, answer }) =>
    answer.is === "cant-tell" && test.ask ? [{ ask: test.ask, telling: telling(test) }] : [],
  );
  open.sort((a, b) => b.telling - a.telling);
  const unique = new Map<string, OpenQuestion>();
  for (const question of open)
    if (!unique.has(question.ask.command)) unique.set(question.ask.command, question);
  return [...unique.values()];
}

function telling({ holds, fails }: Test<unknown>): number {
  return Math.max(holds ? TELLING[holds] : 0, fails ? TELLING[fails] : 0);
}
