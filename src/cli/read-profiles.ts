import { readSingle } from "../bundle/index.ts";
import type { Model } from "../bytes/index.ts";
import { InquestError, reasonOf } from "../bytes/index.ts";
import {
  isProfile,
  mergeProfiles,
  parseProfile,
  type Part,
  type Profile,
  ratiosTo,
  type TraceOptions,
} from "../pprof/index.ts";
import { printable } from "../report/index.ts";
import { STANDARD_INPUT } from "./outcome.ts";
import type { PprofSourceArgs } from "./pprof-options.ts";

/** What of the command line every view takes. */
type SourceArgs = Omit<PprofSourceArgs, "format">;

/** The profiles and a view of them, which is missing only where they have no such sample type. */
export async function readView<View>(
  args: SourceArgs,
  viewOf: (profile: Profile) => View | undefined,
): Promise<{ profile: Profile; view: View }> {
  const profile = await readProfiles(args);
  const view = viewOf(profile);
  if (view) return { profile, view };
  const types = profile.sampleTypes.map(({ type }) => profile.string(type)).join(", ");
  throw new InquestError("misuse", `no sample type ${args["sample-index"] ?? ""}; the profile has: ${types}`);
}

/** The options of a view that choose a part of the profiles. */
export function sourceOptionsOf(args: SourceArgs): TraceOptions {
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

/** The profiles of a command line as one: added up, without the base. */
async function readProfiles(args: SourceArgs): Promise<Profile> {
  const profile = await readMerged(args.profile);
  const marked = args["diff-base"] !== undefined;
  const bases = args["diff-base"] ?? args.base;
  if (marked && args.base !== undefined) {
    throw new InquestError("misuse", "give either --base or --diff-base");
  }
  if (bases === undefined) {
    if (args.normalize) throw new InquestError("misuse", "--normalize needs a --base or --diff-base");
    return profile;
  }
  const base = await readMerged(bases);
  const ratios = args.normalize ? ratiosTo(base, profile) : undefined;
  return mergeProfiles([
    { profile, ratios },
    { profile: base, negate: true, marked },
  ]);
}

/** Profiles as one. */
export async function readMerged(paths: readonly string[]): Promise<Profile> {
  const profiles: Profile[] = [];
  for (const argument of paths) {
    const { path, bytes } = await readArgument(argument);
    profiles.push(readProfile(path, bytes));
  }
  const [first, ...others] = profiles.map((profile): Part => ({ profile }));
  if (!first) throw new InquestError("misuse", "no profile was named");
  return others.length === 0 ? first.profile : mergeProfiles([first, ...others]);
}

/** One profile. What is missing of a damaged one goes to standard error: views show what could be read. */
export function readProfile(path: string, bytes: Uint8Array): Profile {
  if (!isProfile(bytes)) throw new InquestError("nothing-readable", `${path}: not a profile.proto`);
  const profile = parseProfile(bytes);
  tellDamage(path, profile);
  return profile;
}

/** The bytes that an argument names. */
export async function readArgument(argument: string): Promise<{ path: string; bytes: Uint8Array }> {
  const path = argument === STANDARD_INPUT ? "-" : argument;
  const input = path === "-" ? { name: "-", source: { size: undefined, stream: () => process.stdin } } : path;
  return { path, bytes: await readSingle(input) };
}

/** What is missing of a damaged artifact goes to standard error. */
export function tellDamage(path: string, { diagnostics }: Model): void {
  const damage = reasonOf(diagnostics);
  if (damage !== undefined) process.stderr.write(`inquest: ${printable(`${path}: in part: ${damage}`)}\n`);
}
