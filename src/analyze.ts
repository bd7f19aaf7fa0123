import type { BundleInput } from "./bundle/index.ts";
import { openBundle } from "./bundle/index.ts";
import { InquestError } from "./bytes/index.ts";
import { buildCase } from "./evidence/index.ts";
import type { Report } from "./report/index.ts";
import { buildReport } from "./report/index.ts";
import type { Rule } from "./rules/index.ts";
import { RULES, diagnose } from "./rules/index.ts";

/** What {@link analyze} may be told. */
export interface AnalyzeOptions {
  /** The rules to judge by; all of inquest's when absent. */
  readonly rules?: readonly Rule[];
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
  const bundle = await openBundle(inputs, options.onArtifact);
  if (bundle.artifacts.every((artifact) => artifact.status === "unread")) {
    const reasons = bundle.artifacts.map(({ path, reason }) => `${path}: ${reason ?? "unread"}`);
    const shown = reasons.slice(0, 5).join("; ");
    const rest = reasons.length > 5 ? ` and ${reasons.length - 5} more` : "";
    throw new InquestError(
      "nothing-readable",
      reasons.length === 0 ? "nothing to read: no files there" : `nothing could be read: ${shown}${rest}`,
    );
  }
  return buildReport(bundle, diagnose(buildCase(bundle), options.rules ?? RULES));
}
