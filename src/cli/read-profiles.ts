import { readSingle } from "../bundle/read-single.ts";
import { InquestError, reasonOf, statusOf } from "../bytes/index.ts";
import {
  mergeProfiles,
  type Part,
  type Profile,
  ratiosTo,
  readProfile,
  type TraceOptions,
} from "../pprof/index.ts";
import { DASH } from "./outcome.ts";
import type { PprofFilterArgs, PprofSourceArgs } from "./pprof-options.ts";
import { tellDamage } from "./tell-damage.ts";

/** The profiles and a view of them, which is missing only where they have no such sample type. */
export async function readView<View>(
  args: PprofSourceArgs,
  viewOf: (profile: Profile) => View | undefined,
): Promise<{ profile: Profile; view: View }> {
  const read: ReadProfile[] = [];
  const profile = await readProfiles(args, read);
  const view = viewOf(profile);
  // Only now: what a view reads for itself needs no pass of its own to be checked.
  for (const one of read) tellDamage(one.path, one.profile.noticed);
  if (view) return { profile, view };
  throw noSampleType(profile, args["sample-index"]);
}

/** The error of a view that has nothing to show. */
export function noSampleType(profile: Profile, wanted: string | undefined): InquestError {
  const types = profile.sampleTypes.map(({ type }) => profile.string(type)).join(", ");
  const missing = wanted === undefined ? "no sample type" : `no sample type ${wanted}`;
  return new InquestError("misuse", types === "" ? missing : `${missing}; the profile has: ${types}`);
}

/** The options of a view that choose a part of the profiles. */
export function sourceOptionsOf(args: PprofFilterArgs): TraceOptions {
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
async function readProfiles(args: PprofSourceArgs, read: ReadProfile[]): Promise<Profile> {
  const profile = await readMerged(args.profile, read);
  const marked = args["diff-base"] !== undefined;
  const bases = args["diff-base"] ?? args.base;
  if (marked && args.base !== undefined) {
    throw new InquestError("misuse", "give either --base or --diff-base");
  }
  if (bases === undefined) {
    if (args.normalize) throw new InquestError("misuse", "--normalize needs a --base or --diff-base");
    return profile;
  }
  const base = await readMerged(bases, read);
  const ratios = args.normalize ? ratiosTo(base, profile) : undefined;
  return mergeProfiles([
    { profile, ratios },
    { profile: base, negate: true, marked },
  ]);
}

/** A profile and where it came from. */
export interface ReadProfile {
  readonly path: string;
  readonly profile: Profile;
}

/**
 * Profiles as one.
 *
 * @param read takes each of them
 */
export async function readMerged(paths: readonly string[], read: ReadProfile[]): Promise<Profile> {
  const profiles: Profile[] = [];
  for (const argument of paths) {
    const { path, bytes } = await readArgument(argument);
    const profile = profileOf(path, bytes);
    profiles.push(profile);
    read.push({ path, profile });
  }
  const [first, ...others] = profiles.map((profile): Part => ({ profile }));
  if (!first) throw new InquestError("misuse", "no profile was named");
  return others.length === 0 ? first.profile : mergeProfiles([first, ...others]);
}

/** The profile that bytes are, whatever its form. */
export function profileOf(path: string, bytes: Uint8Array): Profile {
  const profile = readProfile(bytes);
  if (profile && statusOf(profile.noticed) !== "unread") return profile;
  const reason = profile && reasonOf(profile.noticed);
  throw new InquestError("nothing-readable", `${path}: ${reason ?? "not a profile"}`);
}

/** The bytes that an argument names; damage of its gzip is told. */
export async function readArgument(argument: string): Promise<{ path: string; bytes: Uint8Array }> {
  const path = argument === DASH ? "-" : argument;
  const input = path === "-" ? { name: "-", source: { size: undefined, stream: () => process.stdin } } : path;
  const { bytes, diagnostics } = await readSingle(input);
  tellDamage(path, diagnostics);
  return { path, bytes };
}
