import type { Bundle, BundleInput } from "./bundle/index.ts";
import { openBundle } from "./bundle/index.ts";
import { InquestError, firstOf, groupBy } from "./bytes/index.ts";
import type { Comparison, SeriesComparison, Stage } from "./compare/index.ts";
import { compareCases, compareStages } from "./compare/index.ts";
import { buildCase } from "./evidence/index.ts";
import type { Inventory, Report } from "./report/index.ts";
import { buildInventory, buildReport } from "./report/index.ts";
import type { Rule } from "./rules/index.ts";
import { RULES, diagnose, searchesOf } from "./rules/index.ts";

/** Reasons that an error message names when nothing could be read. */
const NAMED_REASONS = 5;
/** Paths that it names of each. */
const NAMED_PATHS = 3;

/** What {@link analyze} may be told. */
export interface AnalyzeOptions {
  /** The rules to judge by; all of inquest's when absent. `[...RULES, ...own]` adds to them: see {@link parseRules}. */
  readonly rules?: readonly Rule[];
  /** A healthy or earlier bundle to compare with. */
  readonly baseline?: BundleInput | readonly BundleInput[] | undefined;
  /** Called with each artifact's path as it was read, for progress. */
  readonly onArtifact?: (path: string) => void;
}

/**
 * Reads bundles, folders or single artifacts as one case and diagnoses it.
 *
 * @throws InquestError `not-found` where a path doesn't exist, `nothing-readable` where no artifact could be read
 */
export async function analyze(
  inputs: BundleInput | readonly BundleInput[],
  options: AnalyzeOptions = {},
): Promise<Report> {
  const rules = options.rules ?? RULES;
  const bundle = await openReadable(inputs, { ...options, rules }, false);
  const baseline =
    options.baseline === undefined
      ? undefined
      : await openReadable(options.baseline, { ...options, rules }, true);
  const evidence = buildCase(bundle, baseline);
  return buildReport(evidence, diagnose(evidence, rules), rules);
}

/** What {@link inventory} may be told. */
export type InventoryOptions = Pick<AnalyzeOptions, "rules" | "onArtifact">;

/**
 * Says what is in bundles, folders or single artifacts, read as one case: which artifacts of which kind each host has, whose
 * collector's output it is, what could not be read and why, and what the rules would need to tell more.
 *
 * Where nothing could be read the inventory says so; it does not throw for that.
 *
 * @throws InquestError `not-found` where a path doesn't exist
 */
export async function inventory(
  inputs: BundleInput | readonly BundleInput[],
  options: InventoryOptions = {},
): Promise<Inventory> {
  const rules = options.rules ?? RULES;
  const { onArtifact } = options;
  const evidence = buildCase(await openBundle(inputs, { onArtifact, searches: searchesOf(rules) }));
  return buildInventory(evidence, diagnose(evidence, rules), rules);
}

/** What {@link compareBundles} may be told. */
export type CompareOptions = Pick<AnalyzeOptions, "rules" | "onArtifact">;

/**
 * Reads two bundles, of one case or of a sick and a healthy one, and tells what changed from the first to the second in every
 * matter that both hold evidence of: findings, kernel parameters, counters, sockets, firewall rules, stuck tasks, goroutines,
 * heaps, captures, objects of the cluster.
 *
 * @throws InquestError as {@link analyze} does
 */
export async function compareBundles(
  before: BundleInput | readonly BundleInput[],
  after: BundleInput | readonly BundleInput[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const then = await openReadable(before, options, false);
  const now = await openReadable(after, options, false);
  return compareCases(buildCase(then), buildCase(now), options.rules ?? RULES);
}

/**
 * Reads bundles that follow each other, of the same hosts, and tells what each number became from one to the next, by the second where
 * they tell their times, and what changed in each step as {@link compareBundles} does. They are put in the order of their times; where one
 * doesn't tell its own, they stay in the order that they are given in.
 *
 * @param bundles at least two
 * @throws InquestError `misuse` for fewer; else as {@link analyze} does
 */
export async function compareSeries(
  bundles: readonly BundleInput[],
  options: CompareOptions = {},
): Promise<SeriesComparison> {
  if (bundles.length < 2) throw new InquestError("misuse", "a series has at least two bundles");
  const stages: Stage[] = [];
  for (const bundle of bundles) {
    const [path = ""] = namesOf([bundle]);
    const last = path.split("/").findLast((part) => part !== "" && part !== ".") ?? path;
    const namesakes = stages.filter(({ name }) => name === last || name.startsWith(`${last} (`)).length;
    const name = namesakes === 0 ? last : `${last} (${namesakes + 1})`;
    stages.push({ name, evidence: buildCase(await openReadable(bundle, options, false)) });
  }
  return compareStages(stages, options.rules ?? RULES);
}

function namesOf(inputs: BundleInput | readonly BundleInput[]): string[] {
  const list = typeof inputs === "string" || "name" in inputs ? [inputs] : inputs;
  return list.map((input) => (typeof input === "string" ? input : input.name));
}

/** Opens a bundle that has at least one artifact to go by. */
async function openReadable(
  inputs: BundleInput | readonly BundleInput[],
  { onArtifact, rules = [] }: AnalyzeOptions,
  baseline: boolean,
): Promise<Bundle> {
  const bundle = await openBundle(inputs, { onArtifact, baseline, searches: searchesOf(rules) });
  if (bundle.artifacts.some((artifact) => artifact.status !== "unread")) return bundle;
  const byReason = groupBy(bundle.artifacts, ({ reason }) => reason ?? "unread");
  const reasons = [...byReason].map(([reason, all]) => {
    const paths = firstOf(
      all.map(({ path }) => path),
      NAMED_PATHS,
    );
    return all.length === 1 ? `${paths}: ${reason}` : `${reason}: ${paths}`;
  });
  const rest =
    reasons.length > NAMED_REASONS ? `; and for ${reasons.length - NAMED_REASONS} other reasons` : "";
  const message =
    reasons.length === 0
      ? `nothing to read: no files in ${namesOf(inputs).join(", ")}`
      : `nothing could be read: ${reasons.slice(0, NAMED_REASONS).join("; ")}${rest}`;
  throw new InquestError("nothing-readable", message);
}
