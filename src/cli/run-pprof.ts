import { InquestError } from "../bytes/index.ts";
import {
  compare,
  list,
  peek,
  percentage,
  renderCompare,
  renderList,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
  sampleColumn,
  tags,
  top,
  traces,
  tree,
  type ViewOptions,
  type ViewTotals,
} from "../pprof/index.ts";
import type {
  PprofDiffArgs,
  PprofFunctionsArgs,
  PprofListArgs,
  PprofPeekArgs,
  PprofViewArgs,
} from "./pprof-options.ts";
import { readMerged, type ReadProfile, readView, sourceOptionsOf } from "./read-profiles.ts";
import { sourceReader } from "./read-source.ts";
import { tellDamage } from "./tell-damage.ts";
import { print, viewJson } from "./write-output.ts";

/** Writes the functions of a profile by what they weigh. */
export async function runPprofTop(args: PprofFunctionsArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => top(of, viewOptions(args)));
  await print(args.format === "json" ? viewJson(view) : renderTop(profile, view));
  tellStackless(view);
}

/** Writes the functions of a profile with their callers and callees. */
export async function runPprofTree(args: PprofFunctionsArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => tree(of, viewOptions(args)));
  await print(args.format === "json" ? viewJson(view) : renderTree(profile, view));
  tellStackless(view);
}

/** Writes the functions that match, with their callers and callees. */
export async function runPprofPeek(args: PprofPeekArgs): Promise<void> {
  const options = { ...sourceOptionsOf(args), cum: args.cum };
  const { profile, view } = await readView(args, (of) => peek(of, args.regexp, options));
  assertFound(args.regexp, view.rows);
  await print(
    args.format === "json"
      ? viewJson({ ...view.tree, rows: view.rows })
      : renderTree(profile, view.tree, view.rows),
  );
}

/** Writes the lines of the functions that match. */
export async function runPprofList(args: PprofListArgs): Promise<void> {
  const { view } = await readView(args, (of) => list(of, args.regexp, sourceOptionsOf(args)));
  assertFound(args.regexp, view.functions);
  const source = args["source-path"];
  await print(
    args.format === "json"
      ? viewJson(view)
      : renderList(view, source === undefined ? undefined : sourceReader(source)),
  );
}

/** Writes the stacks of a profile. */
export async function runPprofTraces(args: PprofViewArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => traces(of, sourceOptionsOf(args)));
  await print(args.format === "json" ? viewJson(view) : renderTraces(profile, view));
}

/** Writes what was measured under each label of a profile. */
export async function runPprofTags(args: PprofViewArgs): Promise<void> {
  const { view } = await readView(args, (of) => tags(of, sourceOptionsOf(args)));
  await print(args.format === "json" ? viewJson(view) : renderTags(view));
}

/** Writes how much the functions of a profile changed since another. */
export async function runPprofDiff(args: PprofDiffArgs): Promise<void> {
  const read: ReadProfile[] = [];
  const base = await readMerged([args.before], read);
  const { view } = await readView(args, (of) => {
    const both = compare(base, of, viewOptions(args));
    if (both || sampleColumn(of, args["sample-index"]) === undefined) return both;
    throw new InquestError("misuse", "a diff needs profiles that measure the same");
  });
  for (const { path, profile } of read) tellDamage(path, profile.noticed);
  await print(args.format === "json" ? viewJson(view) : renderCompare(view));
}

function viewOptions(args: PprofFunctionsArgs): ViewOptions {
  return {
    ...sourceOptionsOf(args),
    cum: args.cum,
    nodeCount: args.nodecount,
    nodeFraction: args.nodefraction,
    edgeFraction: args.edgefraction,
    dropNegative: args["drop-negative"],
  };
}

/** What no row of a table has, though its total does: it would be looked for in vain. */
function tellStackless({ noStack, total }: ViewTotals): void {
  if (noStack === 0n) return;
  const share = total === 0n ? "" : `, ${percentage(Number(noStack), Number(total)).trim()} of the total`;
  process.stderr.write(`inquest: measured without a stack, and in no row: ${noStack}${share}\n`);
}

function assertFound(regexp: string, found: readonly unknown[]): void {
  if (found.length === 0) throw new InquestError("misuse", `no function matches ${regexp}`);
}
