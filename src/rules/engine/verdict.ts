import type { Axis, Weight } from "./answer.ts";

/** How sure a finding is. `ruled-out` is for rivals of a symptom that was seen. */
export type Verdict = "confirmed" | "likely" | "possible" | "ruled-out";

/** An answer that holds or fails, reduced to what the verdict needs. */
export interface Graded {
  readonly axis: Axis;
  readonly is: "holds" | "fails";
  /** `undefined`: it says nothing for or against. */
  readonly worth: Weight | undefined;
}

/**
 * The one place where answers become a verdict. Independent witnesses are counted by axis, not by line. Without a
 * symptom nothing is more than possible; a decisive answer on each side cancels out.
 */
export function verdictOf(symptomSeen: boolean, answers: readonly Graded[]): Verdict {
  const has = (is: Graded["is"], worth: Weight): boolean =>
    answers.some((a) => a.is === is && a.worth === worth);
  if (has("fails", "decisive")) return has("holds", "decisive") ? "possible" : "ruled-out";
  if (!symptomSeen || has("fails", "strong")) return "possible";
  if (has("holds", "decisive")) return "confirmed";
  const axes = new Set(answers.filter((a) => a.is === "holds" && a.worth === "strong").map((a) => a.axis));
  if (axes.size >= 2) return "confirmed";
  return axes.size === 1 ? "likely" : "possible";
}

const ORDER: readonly Weight[] = ["weak", "strong", "decisive"];

/** A declared worth, lowered to `atMost` where the evidence at hand is poorer. What is worth nothing stays so. */
export function capped(declared: Weight | undefined, atMost: Weight | undefined): Weight | undefined {
  if (declared === undefined || atMost === undefined) return declared;
  return ORDER.indexOf(declared) <= ORDER.indexOf(atMost) ? declared : atMost;
}
