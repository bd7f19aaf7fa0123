import type { Cite, Why } from "../../evidence/index.ts";

/** What a test's evidence is about. Two tests on one axis are one witness, not two. */
export type Axis =
  /** A setting in force. */
  | "config"
  /** A version of a kernel, an image or a program. */
  | "version"
  /** A counter that the kernel or a program keeps. */
  | "counter"
  /** Packets. */
  | "traffic"
  /** What tasks, goroutines or objects were doing when they were looked at. */
  | "state"
  /** How long it has lasted: reports of a watchdog, wait times, growth. */
  | "time"
  /** Who it is: a name, an image, a library. */
  | "identity";

/** What an answer is worth: `decisive` settles the cause, `strong` needs a second axis, `weak` only counts in order. */
export type Weight = "decisive" | "strong" | "weak";

/** So many of so many, such as 37 of 41 unanswered SYNs. */
export interface Share {
  readonly n: number;
  readonly total: number;
}

/** The three answers that any test can give. */
export type Answer =
  | {
      readonly is: "holds" | "fails";
      readonly cites: readonly Cite[];
      /** What share of the symptom the answer covers. */
      readonly of?: Share;
      /** A lower worth than the test declares, where the evidence at hand is poorer than it can be. */
      readonly atMost?: Weight;
    }
  | { readonly is: "cant-tell"; readonly why: Why };

/** The test's statement is true, by these citations. */
export const holds = (cites: readonly Cite[], more: { of?: Share; atMost?: Weight } = {}): Answer => ({
  is: "holds",
  cites,
  ...more,
});

/** The test's statement is false, by these citations. */
export const fails = (cites: readonly Cite[], more: { of?: Share; atMost?: Weight } = {}): Answer => ({
  is: "fails",
  cites,
  ...more,
});

/** Nothing that was collected tells. */
export const cantTell = (why: Why = "absent"): Answer => ({ is: "cant-tell", why });
