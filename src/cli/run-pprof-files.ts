import { gzipSync } from "node:zlib";
import { HEAD_LENGTH, InquestError } from "../bytes/index.ts";
import {
  encodeProfile,
  flame,
  folded,
  goroutineSnapshot,
  goroutinesOf,
  isGoroutineText,
  isProfile,
  parseGoroutineText,
  parseProfile,
  profileSnapshot,
  renderFlameHtml,
  renderFlameSvg,
  renderGoroutines,
  renderSeries,
  series,
  type Snapshot,
} from "../pprof/index.ts";
import { DASH } from "./outcome.ts";
import type {
  PprofFlameArgs,
  PprofGoroutinesArgs,
  PprofMergeArgs,
  PprofSeriesArgs,
} from "./pprof-options.ts";
import {
  noSampleType,
  readArgument,
  readMerged,
  profileOf,
  type ReadProfile,
  readView,
  sourceOptionsOf,
} from "./read-profiles.ts";
import { tellDamage } from "./tell-damage.ts";
import { print, viewJson, writeOutput } from "./write-output.ts";

/** Writes a flame graph. */
export async function runPprofFlame(args: PprofFlameArgs): Promise<void> {
  const options = { ...sourceOptionsOf(args), nodeFraction: args.nodefraction };
  const { format } = args;
  const output = args.output === DASH ? undefined : args.output;
  if (format === "svg" || format === "html") {
    const { view } = await readView(args, (of) => flame(of, options));
    const text = format === "svg" ? renderFlameSvg(view) : renderFlameHtml(view);
    if (output === undefined) process.stdout.write(text);
    else writeOutput(output, text);
    return;
  }
  const lines =
    format === "json"
      ? viewJson((await readView(args, (of) => flame(of, options))).view)
      : (await readView(args, (of) => folded(of, options))).view;
  if (output === undefined) await print(lines);
  else writeOutput(output, lines);
}

/** Writes how the stacks of one process grew. */
export async function runPprofSeries(args: PprofSeriesArgs): Promise<void> {
  const snapshots: Snapshot[] = [];
  for (const path of args.profile) snapshots.push(await readSnapshot(path, args));
  const view = series(snapshots);
  if (!view) throw new InquestError("misuse", "a series needs profiles that measure the same");
  await print(
    args.format === "json"
      ? viewJson(view)
      : renderSeries(view, { nodeCount: args.nodecount, full: args.full }),
  );
}

async function readSnapshot(argument: string, args: PprofSeriesArgs): Promise<Snapshot> {
  const { path, bytes } = await readArgument(argument);
  if (!isProfile(bytes.subarray(0, HEAD_LENGTH)) && isGoroutineText(bytes)) {
    const set = parseGoroutineText(bytes);
    tellDamage(path, set.diagnostics);
    return goroutineSnapshot(set);
  }
  const profile = profileOf(path, bytes);
  const snapshot = profileSnapshot(profile, sourceOptionsOf(args));
  tellDamage(path, profile.noticed);
  if (!snapshot) throw noSampleType(profile, args["sample-index"]);
  return snapshot;
}

/** Writes several profiles as one. */
export async function runPprofMerge(args: PprofMergeArgs): Promise<void> {
  const read: ReadProfile[] = [];
  const bytes = encodeProfile(await readMerged(args.profile, read));
  for (const { path, profile } of read) tellDamage(path, profile.noticed);
  if (args.output === DASH) process.stdout.write(bytes);
  else writeOutput(args.output, args.output.endsWith(".gz") ? gzipSync(bytes) : bytes);
}

/** Writes the goroutines of a profile or dump by stack. */
export async function runPprofGoroutines(args: PprofGoroutinesArgs): Promise<void> {
  const { path, bytes } = await readArgument(args.dump);
  const set = isProfile(bytes.subarray(0, HEAD_LENGTH))
    ? goroutinesOf(parseProfile(bytes))
    : isGoroutineText(bytes)
      ? parseGoroutineText(bytes)
      : undefined;
  if (!set)
    throw new InquestError("nothing-readable", `${path}: neither a goroutine profile nor a goroutine dump`);
  tellDamage(path, set.diagnostics);
  const { diagnostics: _, ...plain } = set;
  await print(
    args.format === "json"
      ? viewJson(plain)
      : renderGoroutines(set, { nodeCount: args.nodecount, full: args.full }),
  );
}
