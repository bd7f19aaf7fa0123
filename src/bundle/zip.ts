import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { ChunkReader } from "./chunk-reader.ts";
import type { RandomSource } from "./random-source.ts";
import { isRandom } from "./random-source.ts";
import type { ZipEntry } from "./zip-header.ts";
import { CENTRAL, LOCAL, ZIP, centralEntry, le16, le32, le64 } from "./zip-header.ts";
import type { ZipMember } from "./zip-member.ts";
import { zipMember } from "./zip-member.ts";
import { zipStream } from "./zip-stream.ts";

/** An archive that can be read at will. */
type Random = RandomSource & { readonly size: number };

const CHUNK = 256 * 1024;
/** A comment of at most 64 KiB stands behind the end of the directory. */
const LONGEST_END = 22 + 0xffff;
/** Entries of a directory that are held; an archive of evidence has thousands. */
const MAX_ENTRIES = 200_000;

/**
 * Reads a zip archive (PKWARE's APPNOTE.TXT 6.3): by its directory where it can be read at will, else front to back. Damage goes
 * to `report`.
 */
export async function* zipMembers(
  archive: ByteSource,
  report: (diagnostic: Diagnostic) => void,
): AsyncGenerator<ZipMember> {
  const { size } = archive;
  const directory =
    isRandom(archive) && size !== undefined ? await readDirectory({ ...archive, size }, report) : undefined;
  if (directory === undefined) yield* zipStream(archive, report);
  else yield* directory;
}

/** @returns `undefined` where there is no directory to go by */
async function readDirectory(
  archive: Random,
  report: (diagnostic: Diagnostic) => void,
): Promise<ZipMember[] | undefined> {
  const end = await endOf(archive);
  if (end === undefined) return undefined;
  const entries: ZipEntry[] = [];
  const reader = new ChunkReader(rangeOf(archive, end.start, end.length));
  // Not by its count of entries, which old writers let wrap at 65,536.
  while (reader.position < end.length) {
    if (entries.length === MAX_ENTRIES) {
      const message = `the zip archive has more than ${MAX_ENTRIES} members; the rest was left out`;
      report({ effect: "partial", code: "zip-limit", message });
      break;
    }
    const head = await reader.take(CENTRAL.length);
    if (head.length < CENTRAL.length || le32(head, 0) !== ZIP.central) return undefined;
    const length = le16(head, CENTRAL.name) + le16(head, CENTRAL.extra) + le16(head, CENTRAL.comment);
    const variable = await reader.take(length);
    if (variable.length < length) return undefined;
    entries.push(centralEntry(head, variable));
  }
  return membersOf(archive, entries, end);
}

/** The members in the order of their data. Two that share bytes are a bomb, or a lie. */
function membersOf(archive: Random, entries: readonly ZipEntry[], { shift, start }: End): ZipMember[] {
  let free = 0;
  return entries
    .toSorted((a, b) => a.offset - b.offset)
    .map((entry) => {
      const offset = entry.offset + shift;
      const overlaps = offset < free || offset + LOCAL.length + entry.packed > start;
      if (!overlaps) free = offset + LOCAL.length + entry.packed;
      const member = zipMember(entry, bodyOf(archive, offset, entry.packed), () => entry.crc);
      const unread = "its place in the zip archive is impossible, or also another member's";
      return overlaps && member.type === "file" ? { ...member, unread } : member;
    });
}

/** A member's data, which stand behind its local header. */
function bodyOf(archive: Random, offset: number, length: number): ByteSource {
  return {
    size: length,
    async *stream() {
      const head = await archive.read(offset, LOCAL.length);
      if (head.length < LOCAL.length || le32(head, 0) !== ZIP.local) return;
      const before = LOCAL.length + le16(head, LOCAL.name) + le16(head, LOCAL.extra);
      yield* rangeOf(archive, offset + before, length).stream();
    },
  };
}

function rangeOf(archive: Random, from: number, length: number): ByteSource {
  return {
    size: length,
    async *stream() {
      for (let at = 0; at < length;) {
        const chunk = await archive.read(from + at, Math.min(CHUNK, length - at));
        if (chunk.length === 0) return;
        at += chunk.length;
        yield chunk;
      }
    },
  };
}

interface End {
  /** Where the directory begins, and how long it is. */
  readonly start: number;
  readonly length: number;
  /** Bytes that stand before the archive, as a program that unpacks it. */
  readonly shift: number;
}

/** The end of the directory (section 4.3.16), which tells where that is. */
async function endOf(archive: Random): Promise<End | undefined> {
  const from = Math.max(0, archive.size - LONGEST_END);
  const tail = await archive.read(from, archive.size - from);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] !== 0x50 || le32(tail, at) !== ZIP.end) continue;
    const length = le32(tail, at + 12);
    const offset = le32(tail, at + 16);
    const count = le16(tail, at + 10);
    const wide =
      length === 0xffffffff || offset === 0xffffffff || count === 0xffff
        ? await end64Of(archive, from + at)
        : undefined;
    const end = wide ?? { length, offset, at: from + at };
    const start = end.at - end.length;
    if (start < 0 || start < end.offset) continue;
    return { start, length: end.length, shift: start - end.offset };
  }
  return undefined;
}

/** The end of a directory with numbers of 64 bits (sections 4.3.14 and 4.3.15). */
async function end64Of(
  archive: Random,
  end: number,
): Promise<{ length: number; offset: number; at: number } | undefined> {
  if (end < 20) return undefined;
  const locator = await archive.read(end - 20, 20);
  if (le32(locator, 0) !== ZIP.locator64) return undefined;
  // It stands right before its locator, also where something was put before the archive.
  for (const at of [le64(locator, 8), end - 20 - 56]) {
    const bytes = at >= 0 && at + 56 <= archive.size ? await archive.read(at, 56) : undefined;
    if (bytes && le32(bytes, 0) === ZIP.end64)
      return { length: le64(bytes, 40), offset: le64(bytes, 48), at };
  }
  return undefined;
}
