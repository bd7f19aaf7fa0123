import { readSingle } from "../bundle/index.ts";
import type { Model } from "../bytes/index.ts";
import { InquestError, reasonOf, statusOf } from "../bytes/index.ts";
import {
  goroutinesOf,
  isGoroutineText,
  isProfile,
  parseGoroutineText,
  parseProfile,
  peek,
  readProfile,
  renderGoroutines,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
  tags,
  top,
  traces,
  tree,
} from "../pprof/index.ts";
import type { Profile, ViewOptions } from "../pprof/index.ts";
import { printable, printableJson } from "../report/index.ts";
import { STANDARD_INPUT } from "./outcome.ts";
import type {
  PprofFunctionsArgs,
  PprofGoroutinesArgs,
  PprofPeekArgs,
  PprofTracesArgs,
} from "./pprof-command.ts";

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
  const name = regexp(args.regexp);
  const options = { sampleIndex: args["sample-index"], cum: args.cum };
  const { path, profile, view } = await readView(args, (of) => peek(of, name, options));
  if (view.rows.length === 0) throw new InquestError("misuse", `${path}: no function matches ${args.regexp}`);
  write(
    args.format === "json" ? { ...view.tree, rows: view.rows } : renderTree(profile, view.tree, view.rows),
  );
}

/** Writes the stacks of a profile. */
export async function runPprofTraces(args: PprofTracesArgs): Promise<void> {
  const { profile, view } = await readView(args, (of) => traces(of, { sampleIndex: args["sample-index"] }));
  write(args.format === "json" ? view : renderTraces(profile, view));
}

/** Writes what was measured under each label of a profile. */
export async function runPprofTags(args: PprofTracesArgs): Promise<void> {
  const { view } = await readView(args, (of) => tags(of, { sampleIndex: args["sample-index"] }));
  write(args.format === "json" ? view : renderTags(view));
}

function viewOptions(args: PprofFunctionsArgs): ViewOptions {
  return {
    sampleIndex: args["sample-index"],
    cum: args.cum,
    nodeCount: args.nodecount,
    nodeFraction: args.nodefraction,
    edgeFraction: args.edgefraction,
  };
}

function regexp(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new InquestError("misuse", `not a regular expression: ${text}`, { cause: error });
  }
}

/** A profile and a view of it, which is missing only where the profile has no such sample type. */
async function readView<View>(
  args: PprofTracesArgs,
  viewOf: (profile: Profile) => View | undefined,
): Promise<{ path: string; profile: Profile; view: View }> {
  const { path, bytes } = await readArgument(args.profile);
  const profile = readProfile(bytes);
  if (!profile) throw new InquestError("nothing-readable", `${path}: not a profile`);
  const { diagnostics } = profile;
  if (statusOf(diagnostics) === "unread")
    throw new InquestError("nothing-readable", `${path}: ${reasonOf(diagnostics)}`);
  tellDamage(path, profile);
  const view = viewOf(profile);
  if (view) return { path, profile, view };
  const types = profile.sampleTypes.map(({ type }) => profile.string(type)).join(", ");
  throw new InquestError("misuse", `${path}: no sample type ${args["sample-index"] ?? ""}; it has: ${types}`);
}

/** Writes the goroutines of a profile or dump by stack. */
export async function runPprofGoroutines(args: PprofGoroutinesArgs): Promise<void> {
  const { path, bytes } = await readArgument(args.profile);
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

async function readArgument(argument: string): Promise<{ path: string; bytes: Uint8Array }> {
  const path = argument === STANDARD_INPUT ? "-" : argument;
  const input = path === "-" ? { name: "-", source: { size: undefined, stream: () => process.stdin } } : path;
  return { path, bytes: await readSingle(input) };
}

/** What is missing of a damaged artifact goes to standard error: the view shows what could be read. */
function tellDamage(path: string, { diagnostics }: Model): void {
  const damage = reasonOf(diagnostics);
  if (damage !== undefined) process.stderr.write(`inquest: ${printable(`${path}: in part: ${damage}`)}\n`);
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
