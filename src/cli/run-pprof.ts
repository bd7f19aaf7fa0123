import { InquestError } from "../bytes/index.ts";
import {
  goroutinesOf,
  isGoroutineText,
  isProfile,
  parseGoroutineText,
  parseProfile,
  peek,
  type Profile,
  renderGoroutines,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
  tags,
  top,
  type TraceOptions,
  traces,
  tree,
  type ViewOptions,
} from "../pprof/index.ts";
import { printable, printableJson } from "../report/index.ts";
import type { PprofGoroutinesArgs, PprofPeekArgs } from "./pprof-command.ts";
import type { PprofFunctionsArgs, PprofSourceArgs } from "./pprof-options.ts";
import { readArgument, readProfiles, tellDamage } from "./read-profiles.ts";

/** Writes the functions of a profile by what they weigh. */
export async function runPprofTop(args: PprofFunctionsArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => top(of, viewOptions(args)));
  write(args.format === "json" ? view : renderTop(profile, view));
}

/** Writes the functions of a profile with their callers and callees. */
export async function runPprofTree(args: PprofFunctionsArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => tree(of, viewOptions(args)));
  write(args.format === "json" ? view : renderTree(profile, view));
}

/** Writes the functions that match, with their callers and callees. */
export async function runPprofPeek(args: PprofPeekArgs): Promise<void> {
  const options = { ...sourceOptions(args), cum: args.cum };
  const { profile, view } = await readView(args, (of) => peek(of, args.regexp, options));
  if (view.rows.length === 0) throw new InquestError("misuse", `no function matches ${args.regexp}`);
  write(
    args.format === "json" ? { ...view.tree, rows: view.rows } : renderTree(profile, view.tree, view.rows),
  );
}

/** Writes the stacks of a profile. */
export async function runPprofTraces(args: PprofSourceArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => traces(of, sourceOptions(args)));
  write(args.format === "json" ? view : renderTraces(profile, view));
}

/** Writes what was measured under each label of a profile. */
export async function runPprofTags(args: PprofSourceArgs): Promise<void> {
  const { view } = await readView(args, (of) => tags(of, sourceOptions(args)));
  write(args.format === "json" ? view : renderTags(view));
}

/** Writes the goroutines of a profile or dump by stack. */
export async function runPprofGoroutines(args: PprofGoroutinesArgs): Promise<void> {
  const { path, bytes } = await readArgument(args.dump);
  const set = isProfile(bytes)
    ? goroutinesOf(parseProfile(bytes))
    : isGoroutineText(bytes)
      ? parseGoroutineText(bytes)
      : undefined;
  if (!set)
    throw new InquestError("nothing-readable", `${path}: neither a goroutine profile nor a goroutine dump`);
  tellDamage(path, set);
  const { diagnostics: _, ...plain } = set;
  write(
    args.format === "json" ? plain : renderGoroutines(set, { nodeCount: args.nodecount, full: args.full }),
  );
}

function sourceOptions(args: PprofSourceArgs): TraceOptions {
  return {
    sampleIndex: args["sample-index"],
    focus: args.focus,
    ignore: args.ignore,
    hide: args.hide,
    show: args.show,
    showFrom: args["show-from"],
    pruneFrom: args["prune-from"],
    tagFocus: args.tagfocus,
    tagIgnore: args.tagignore,
    tagShow: args.tagshow,
    tagHide: args.taghide,
    relative: args["relative-percentages"],
    granularity: args.granularity,
    noInlines: args.noinlines,
  };
}

function viewOptions(args: PprofFunctionsArgs): ViewOptions {
  return {
    ...sourceOptions(args),
    cum: args.cum,
    nodeCount: args.nodecount,
    nodeFraction: args.nodefraction,
    edgeFraction: args.edgefraction,
    dropNegative: args["drop-negative"],
  };
}

/** The profiles and a view of them, which is missing only where they have no such sample type. */
async function readView<View>(
  args: PprofSourceArgs,
  viewOf: (profile: Profile) => View | undefined,
): Promise<{ profile: Profile; view: View }> {
  const profile = await readProfiles(args);
  const view = viewOf(profile);
  if (view) return { profile, view };
  const types = profile.sampleTypes.map(({ type }) => profile.string(type)).join(", ");
  throw new InquestError("misuse", `no sample type ${args["sample-index"] ?? ""}; the profile has: ${types}`);
}

/** Text line by line made fit for a terminal, anything else as JSON. */
function write(view: unknown): void {
  if (typeof view === "string") process.stdout.write(view.split("\n").map(printable).join("\n"));
  else process.stdout.write(`${printableJson(plain(view))}\n`);
}

/** Integers that a double holds are numbers in JSON; larger ones are strings, which lose nothing. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
