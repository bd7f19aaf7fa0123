import { compareBundles } from "../analyze.ts";
import { renderComparison, renderComparisonJson } from "../report/index.ts";
import type { DiffArgs } from "./diff-command.ts";
import { layout } from "./layout.ts";
import { inputOf } from "./input-of.ts";
import { progress } from "./progress.ts";
import { writeOutput } from "./write-output.ts";

/** Compares what the command line names and writes what changed. */
export async function runDiff(args: DiffArgs): Promise<void> {
  const { show, clear } = progress(args.quiet);
  const comparison = await compareBundles(inputOf(args.before), inputOf(args.after), {
    onArtifact: show,
  }).finally(clear);
  const text =
    args.format === "json"
      ? renderComparisonJson(comparison)
      : renderComparison(comparison, { ...layout(args), limit: args.limit });
  if (args.output === undefined) process.stdout.write(text);
  else writeOutput(args.output, text);
}
