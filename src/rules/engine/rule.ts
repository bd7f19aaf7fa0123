import type { TextSearch } from "../../bundle/index.ts";
import type { Cite, ClusterEvidence, HostEvidence } from "../../evidence/index.ts";
import type { Fix } from "../fixes/fix.ts";
import type { Answer, Axis, Weight } from "./answer.ts";

/** What a finding is about: its kind, and what names it among its like. Plain data, as it stands in the report. */
export interface Subject {
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** An artifact that would tell more, and the command that gets it. */
export interface Missing {
  readonly text: string;
  readonly command: string;
}

/** What is known of one case beyond what a rule says of all. */
export interface Advice {
  readonly remedy: readonly string[];
  readonly references: readonly string[];
}

interface RuleText {
  /** Area and name, such as `tcp/syn-unanswered`. Fixed: reports, docs and checks use it. */
  readonly id: string;
  /** What it is, in one line without a full stop. */
  readonly title: string;
  /** What the rule looks for, in a sentence or two. */
  readonly description: string;
  /** Issues, commits, RFCs or documentation that a reader can check. */
  readonly references: readonly string[];
  /** Known defects that it is about: rows of the table of fixes. */
  readonly fixes?: readonly Fix[];
  /** What is looked for in texts while they are read; `textsOf` gives what was found. */
  readonly searches?: readonly TextSearch[];
}

/** A symptom that was seen, about one subject. */
export interface Sighting<Data> {
  readonly subject: Subject;
  /** One paragraph with the numbers. */
  readonly summary: string;
  readonly evidence: readonly Cite[];
  /** What the causes' tests look at. */
  readonly data: Data;
  /** How much of it there is, to put the heavier first. */
  readonly weight: number;
  readonly missing?: readonly Missing[];
  /** Stands before the rule's own. */
  readonly advice?: Advice | undefined;
  /** Whether it says itself why it is so, as a message of the API may: then no cause is missing where none is known. */
  readonly namesItsCause?: boolean;
  /** When it was, where that is over or may be: `3 hours before the log ends`. The titles of the finding and of its causes say so. */
  readonly when?: string | undefined;
  /** Of what the cluster tells: the node that it happened on. Causes are asked of that host's evidence, where there is any. */
  readonly node?: string | undefined;
}

/** Something that is seen, whatever caused it. */
export interface Symptom<Data> extends RuleText {
  readonly kind: "symptom";
  /** What to do while no cause is known. */
  readonly remedy: readonly string[];
  /** Every occurrence that a host's own evidence shows. */
  detect(host: HostEvidence): Iterable<Sighting<Data>>;
  /** Every occurrence that the cluster's objects, events and metrics show. */
  detectInCluster?(cluster: ClusterEvidence): Iterable<Sighting<Data>>;
}

/** What a test is asked about. */
export interface About<Data> {
  readonly host: HostEvidence;
  /** The symptom's data; `undefined` where no symptom was seen and only the host's own state can speak. */
  readonly seen: Data | undefined;
}

/** One statement whose truth speaks for or against a cause. */
export interface Test<Data> {
  /** The statement, true when the test holds. */
  readonly statement: string;
  readonly axis: Axis;
  /** What it is worth when it holds; nothing when absent, for what is true of most healthy hosts too. */
  readonly holds?: Weight;
  /** What it is worth against the cause when it fails. */
  readonly fails?: Weight;
  /** How to get the artifact that would tell. */
  readonly ask?: Missing;
  answer(about: About<Data>): Answer;
}

/** Something that explains symptoms. */
export interface Cause<Data> extends RuleText {
  readonly kind: "cause";
  readonly explains: readonly Symptom<Data>[];
  /** Whether it is about a program such as this one at all; of every program when absent. It is no rival elsewhere. */
  concerns?(about: About<Data>): boolean;
  /** What it is about where that is not the symptom's subject: several symptoms of one culprit are one finding. */
  culprit?(about: About<Data>): Subject | undefined;
  /** `cluster` for what the cluster's own objects say: where no symptom was seen it is asked once, and not of each host. */
  readonly of?: "cluster";
  /** `audit` for what is a fault of the configuration even where no symptom was seen: it is then reported as one. */
  readonly unseen?: "audit";
  readonly tests: readonly Test<Data>[];
  readonly remedy: readonly string[];
  /** What is known of this very case; stands before the rule's own remedy and references. */
  advice?(about: About<Data>): Advice | undefined;
  /** One paragraph on what happened, with the numbers; used when the cause isn't ruled out. */
  summary(about: About<Data>): string;
}

/** A place where the configuration is wrong by the API's own definition, or could save something. */
export interface Fault {
  readonly subject: Subject;
  /** One paragraph with the numbers. */
  readonly summary: string;
  readonly evidence: readonly Cite[];
  /** How much of it there is, to put the heavier first. */
  readonly weight: number;
  readonly missing?: readonly Missing[];
  /** Stands before the rule's own. */
  readonly advice?: Advice | undefined;
}

/** Something that is wrong by definition, or a saving, whether or not anything fails by it. It explains no symptom. */
export interface Audit extends RuleText {
  readonly kind: "audit";
  readonly remedy: readonly string[];
  /** Every place in the cluster's objects. */
  inspect(cluster: ClusterEvidence): Iterable<Fault>;
}

/** Any rule, for code that treats all alike. */
export type Rule = Symptom<unknown> | Cause<unknown> | Audit;

/** What makes a symptom: where one kind of evidence alone can show it, the other is left out. */
type SymptomText<Data> = Omit<Symptom<Data>, "kind" | "detect"> & Partial<Pick<Symptom<Data>, "detect">>;

/** Everything that rules look for in texts. */
export function searchesOf(rules: readonly Rule[]): TextSearch[] {
  return [...new Set(rules.flatMap(({ searches }) => searches ?? []))];
}

/** Makes a symptom. */
export function defineSymptom<Data>(symptom: SymptomText<Data>): Symptom<Data> {
  return { kind: "symptom", detect: () => [], ...symptom };
}

/** Makes a cause. */
export function defineCause<Data>(cause: Omit<Cause<Data>, "kind">): Cause<Data> {
  return { kind: "cause", ...cause };
}

/** Makes an audit. */
export function defineAudit(audit: Omit<Audit, "kind">): Audit {
  return { kind: "audit", ...audit };
}
