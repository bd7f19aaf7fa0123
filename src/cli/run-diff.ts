import { compareBundles, compareSeries } from "../analyze.ts";
import { renderComparison, renderComparisonJson, renderSeries, renderSeriesJson } from "../report/index.ts";
import type { DiffArgs } from "./diff-command.ts";
import { layout } from "./layout.ts";
import { inputOf } from "./input-of.ts";
import { progress } from "./progress.ts";
import { writeOutput } from "./write-output.ts";

/** Compares what the command line names and writes what changed. */
export async function runDiff(args: DiffArgs): Promise<void> {
  const text = await (args.later.length > 0 ? series(args) : pair(args));
  if (args.output === undefined) process.stdout.write(text);
  else writeOutput(args.output, text);
}

async function pair(args: DiffArgs): Promise<string> {
  const { show, clear } = progress(args.quiet);
  const comparison = await compareBundles(inputOf(args.before), inputOf(args.after), {
    onArtifact: show,
  }).finally(clear);
  return args.format === "json"
    ? renderComparisonJson(comparison)
    : renderComparison(comparison, { ...layout(args), limit: args.limit });
}

async function series(args: DiffArgs): Promise<string> {
  const { show, clear } = progress(args.quiet);
  const inputs = [args.before, args.after, ...args.later].map(inputOf);
  const comparison = await compareSeries(inputs, { onArtifact: show }).finally(clear);
  return args.format === "json"
    ? renderSeriesJson(comparison)
    : renderSeries(comparison, { ...layout(args), limit: args.limit });
}
