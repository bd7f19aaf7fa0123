import type { ByteSource } from "../bytes/index.ts";
import { compareText, InquestError } from "../bytes/index.ts";
import type { Artifact, FoundArtifact } from "./artifact.ts";
import { HeldCaptures } from "./held-captures.ts";
import { assignHosts } from "./hosts.ts";
import { readArtifacts } from "./read-artifacts.ts";
import { readRotation, rotations } from "./rotation.ts";
import { asText } from "./search-leaf.ts";
import type { TextSearch } from "./text-search.ts";
import type { Found } from "./walk.ts";
import { lastComponent, walk } from "./walk.ts";

/** What a bundle may be opened from: a path, or bytes with the name that reports shall use for them. */
export type BundleInput = string | { readonly name: string; readonly source: ByteSource };

/** Everything that was found, in path order. */
export interface Bundle {
  readonly artifacts: readonly Artifact[];
}

/** How {@link openBundle} opens. */
export interface OpenOptions {
  /** Called with each artifact's path as it was read, for progress. */
  readonly onArtifact?: ((path: string) => void) | undefined;
  /** Whether the bundle is what another is compared with. */
  readonly baseline?: boolean;
  /** What is looked for in texts as they are read. */
  readonly searches?: readonly TextSearch[];
}

/**
 * Opens folders, archives and single artifacts as one bundle, and decodes what is in them.
 *
 * @param inputs what to open; several are one case
 * @throws InquestError `not-found` where a path doesn't exist; `misuse` without inputs
 */
export async function openBundle(
  inputs: BundleInput | readonly BundleInput[],
  { onArtifact, baseline = false, searches = [] }: OpenOptions = {},
): Promise<Bundle> {
  const list = typeof inputs === "string" || "name" in inputs ? [inputs] : inputs;
  if (list.length === 0) throw new InquestError("misuse", "openBundle needs at least one path");
  // Each path is looked at before any is read, so that a misspelt one is told at once.
  const names = namesOf(list);
  const walks = list
    .map((input, i) => foundAt(input, names[i]))
    .map((found) => ({ found, first: found.next() }));
  const artifacts: FoundArtifact[] = [];
  const all = walks.flatMap(({ found, first }) => (first.done === true ? [] : [first.value, ...found]));
  const held = new HeldCaptures();
  for await (const artifact of readAllOf(all, searches, held)) {
    artifacts.push(artifact);
    onArtifact?.(artifact.path);
  }
  for await (const artifact of readAllOf(held.found, searches)) {
    artifacts.push(artifact);
    onArtifact?.(artifact.path);
  }
  const hosts = assignHosts(artifacts);
  const assigned = artifacts.map((artifact, i) =>
    Object.assign(asText(artifact), hosts[i] ?? { host: null }, { baseline }),
  );
  assigned.sort((a, b) => compareText(a.path, b.path) || compareText(a.kind, b.kind));
  return { artifacts: assigned };
}

/**
 * What stands for each input in artifact paths: its last component; where two inputs share that, as in `n1/logs n2/logs`,
 * the folder above it too, since they may be of two hosts.
 */
function namesOf(inputs: readonly BundleInput[]): (string | undefined)[] {
  const last = inputs.map((input) => (typeof input === "string" ? lastComponent(input) : undefined));
  return inputs.map((input, i) => {
    const shared = last[i] !== undefined && last.some((other, j) => j !== i && other === last[i]);
    return shared && typeof input === "string" ? `${lastComponent(`${input}/..`)}/${last[i]}` : last[i];
  });
}

/** The artifacts of all that was found, the files of a rotation together. */
async function* readAllOf(
  all: readonly Found[],
  searches: readonly TextSearch[],
  held?: HeldCaptures,
): AsyncGenerator<FoundArtifact> {
  for (const group of rotations(all)) {
    const [only] = group;
    if (group.length === 1 && only) yield* readArtifacts(only, searches, held);
    else yield* readRotation(group, searches);
  }
}

function* foundAt(input: BundleInput, name: string | undefined): Generator<Found> {
  if (typeof input === "string") yield* walk(input, name);
  else yield { path: input.name, source: input.source, ...folderOf(input) };
}

/** What lies in one folder by its name may be one rotation, where it can be read more than once. */
const folderOf = ({ name, source }: Exclude<BundleInput, string>): { folder?: string } =>
  source.read ? { folder: name.slice(0, name.lastIndexOf("/") + 1) } : {};
