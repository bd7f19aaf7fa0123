import type { Cite } from "../../evidence/index.ts";
import type { Share } from "./answer.ts";
import type { Missing, Subject } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

/** A citation that speaks for or against a finding. */
export interface Evidence {
  readonly effect: "supports" | "contradicts";
  readonly text: string;
  /** Path of the artifact, as in the report's list. */
  readonly artifact: string;
  /** Frame numbers, a line, a pid …; empty where the artifact as a whole says it. */
  readonly where: Readonly<Record<string, unknown>>;
}

/** A citation as evidence. */
export const evidenceFrom = (effect: Evidence["effect"], { artifact, text, where = {} }: Cite): Evidence => ({
  effect,
  artifact,
  text,
  where,
});

/** A cause of a symptom, and how sure it is. */
export interface Rival {
  readonly rule: string;
  readonly verdict: Verdict;
  /** How much of the symptom it explains, where that can be counted. */
  readonly share?: Share;
}

/** The artifact that would decide between the causes that lead. */
export interface Deciding extends Missing {
  /** Their rules: two, or one where it stands alone. */
  readonly between: readonly string[];
}

/** One rule about one subject, or about several that are alike (`subject.count`, `subject.alike`). */
export interface Finding {
  readonly rule: string;
  readonly kind: "symptom" | "cause" | "audit";
  readonly verdict: Verdict;
  /** `null` for what concerns no single host that the bundle names. */
  readonly host: string | null;
  readonly subject: Subject;
  /** With {@link when} behind it, where there is one. */
  readonly title: string;
  /** Of what is over, or may be: when it was. */
  readonly when?: string;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** What would tell more, the most telling first. */
  readonly missing: readonly Missing[];
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  /** Ids of the symptoms that were seen and that this explains; empty for symptoms. */
  readonly explains: readonly string[];
  /** How much of it there is, in the rule's own unit; orders findings of one verdict. */
  readonly weight: number;
  /** Of a cause: how much of the symptom it explains, where that can be counted. */
  readonly share?: Share;
  /** Of a symptom: what may have caused it, the surest first; empty where no known cause is about it. */
  readonly differential?: readonly Rival[];
  /** Of a symptom whose cause isn't confirmed. */
  readonly decide?: Deciding;
  /** Of a symptom that says itself why it is so, where no known cause explains it: its summary and remedy are the answer. */
  readonly namesItsCause?: true;
  /** Of a symptom that nothing explains: what it looks like, without what is of this case alone. */
  readonly fingerprint?: string;
  /** Of a symptom: how much of it is left once its confirmed and likely causes have explained their shares; absent where nothing is, or they can't be counted. */
  readonly unexplained?: Share;
}
