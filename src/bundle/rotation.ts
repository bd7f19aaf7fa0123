import type { Diagnostic } from "../bytes/index.ts";
import { reasonOf, statusOf } from "../bytes/index.ts";
import type { Capture } from "../pcap/index.ts";
import { captureFormat, readCapture } from "../pcap/index.ts";
import { rotationName } from "./rotation-names.ts";
import type { TextSearch } from "./text-search.ts";
import type { FoundArtifact } from "./artifact.ts";
import { readArtifacts, unpacked } from "./read-artifacts.ts";
import type { Found } from "./walk.ts";

/** Most files of one rotation. */
const MOST_FILES = 4096;
/** The next file of a rotation begins with the next packet: seconds that this may take, and by which CPUs' packets mix. */
const LONGEST_GAP = 60;
const DISORDER = 0.05;
const LONGEST_PREAMBLE = 4096;

/** What was found, the files that are called as those of one capture's rotation together. */
export function rotations(found: readonly Found[]): Found[][] {
  const groups: Found[][] = [];
  const byName = new Map<string, Found[]>();
  for (const each of found) {
    const name = rotatedName(each);
    const known = name === undefined ? undefined : byName.get(name);
    if (known && known.length < MOST_FILES) {
      known.push(each);
      continue;
    }
    const group = [each];
    groups.push(group);
    if (name !== undefined) byName.set(name, group);
  }
  return groups;
}

/** What all files of a rotation are called alike, with their folder. */
function rotatedName(found: Found): string | undefined {
  if (!("source" in found) || found.folder === undefined) return undefined;
  const name = rotationName(found.path);
  return name === undefined ? undefined : `${found.folder}/${name}`;
}

interface Member {
  readonly found: Found;
  readonly file: NonNullable<Awaited<ReturnType<typeof unpacked>>>;
  /** What happened to its bytes on the way. */
  readonly transport: Diagnostic[];
}

/**
 * Reads files that are called as those of a rotation. Those that are captures of the same interface, each beginning where another
 * ends, are read as one; all else as it is.
 */
export async function* readRotation(
  group: readonly Found[],
  searches: readonly TextSearch[] = [],
): AsyncGenerator<FoundArtifact> {
  const members: Member[] = [];
  for (const found of group) {
    const member = await memberOf(found);
    if (member) members.push(member);
    else yield* readArtifacts(found, searches);
  }
  const alike = new Map<string, Member[]>();
  for (const member of members) {
    const key = preamble(member.file.head);
    alike.set(key, [...(alike.get(key) ?? []), member]);
  }
  for (const same of alike.values()) yield* readAlike(same);
}

async function memberOf(found: Found): Promise<Member | undefined> {
  if (!("source" in found)) return undefined;
  const transport: Diagnostic[] = [];
  try {
    const file = await unpacked(found.source, transport);
    return file && captureFormat.recognise(file.head, found.path) ? { found, file, transport } : undefined;
  } catch {
    // Reading it by itself tells what is wrong.
    return undefined;
  }
}

async function* readAlike(members: readonly Member[]): AsyncGenerator<FoundArtifact> {
  const capture = await captureOf(members);
  if (capture === undefined) {
    for (const { found } of members) yield* readArtifacts(found);
    return;
  }
  const runs = runsOf(capture);
  const [only] = runs;
  if (runs.length === 1 && only) yield* artifactsOf(members, only, capture);
  // Each run is smaller than what it is a part of.
  else for (const run of runs) yield* readAlike(run.flatMap((file) => members[file] ?? []));
}

/** What several files leave together; `undefined` of one, and where one can't be read, which reading it by itself tells. */
async function captureOf(members: readonly Member[]): Promise<Capture | undefined> {
  if (members.length === 1) return undefined;
  try {
    return await readCapture(members.map(({ file }) => file.source));
  } catch {
    return undefined;
  }
}

/** The files of a capture in the order of their times, parted where one does not begin where the one before ends. */
function runsOf({ files }: Capture): number[][] {
  const startOf = (file: number): number => files[file]?.start ?? Infinity;
  const order = files.map((_, file) => file).toSorted((a, b) => startOf(a) - startOf(b) || a - b);
  const runs: number[][] = [];
  let end = -Infinity;
  for (const file of order) {
    const start = startOf(file);
    const run = runs.at(-1);
    // A file without packets, as one that was just begun, fits anywhere.
    const adjoins = start === Infinity || (start >= end - DISORDER && start <= end + LONGEST_GAP);
    if (run && adjoins) run.push(file);
    else runs.push([file]);
    end = Math.max(end, files[file]?.end ?? -Infinity);
  }
  return runs;
}

/** The artifacts of a rotation: the earliest file holds the capture of them all. */
function* artifactsOf(
  members: readonly Member[],
  order: readonly number[],
  capture: Capture,
): Generator<FoundArtifact> {
  const pathOf = (file: number): string => members[file]?.found.path ?? "";
  const [first = 0] = order;
  const isUnread = statusOf(capture.diagnostics) === "unread";
  for (const file of order) {
    const own = capture.diagnostics.filter(
      ({ part }) => part === file || (part === undefined && file === first),
    );
    const diagnostics = [...own, ...(members[file]?.transport ?? [])].map((diagnostic) => ({
      ...diagnostic,
      message: diagnostic.message.replace(/^file \d+: /, ""),
    }));
    const reason = reasonOf(diagnostics);
    yield {
      path: pathOf(file),
      kind: "pcap",
      status: isUnread ? "unread" : statusOf(diagnostics),
      ...(reason !== undefined && { reason }),
      ...(file !== first && { partOf: pathOf(first) }),
      // In the order in which the capture counts them.
      ...(file === first && {
        files: members.map(({ found }) => found.path),
        ...(!isUnread && { content: { kind: "pcap" as const, model: capture } }),
      }),
    };
  }
}

/** What all files of one capture begin with: the header, or the section's and the first interface's blocks. */
function preamble(head: Uint8Array): string {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const isPcapng = head.length >= 12 && view.getUint32(0) === 0x0a0d0d0a;
  let end = Math.min(24, head.length);
  if (isPcapng) {
    const isLittle = view.getUint32(8) === 0x4d3c2b1a;
    end = 0;
    for (let block = 0; block < 2 && end + 8 <= head.length; block++)
      end += view.getUint32(end + 4, isLittle);
  }
  return String.fromCharCode(...head.subarray(0, Math.min(end, LONGEST_PREAMBLE)));
}
