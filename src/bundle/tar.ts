import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { decodeText } from "../bytes/index.ts";
import { ChunkReader } from "./chunk-reader.ts";

/** One member of a tar archive. */
export interface TarMember {
  /** As the archive spells it: it may hold `..` or be absolute, and is never used as a path to write to. */
  readonly name: string;
  readonly type: "file" | "symlink" | "link" | "directory" | "sparse" | "other";
  /** Target of a symlink or hard link. */
  readonly linkname: string;
  /** Its bytes, to be streamed before the next member is asked for; what isn't is passed over. */
  readonly source: ByteSource;
}

const BLOCK = 512;
/** Members that are read; an archive of evidence has thousands, one that was made to exhaust memory millions. */
const MAX_MEMBERS = 200_000;
/** Names and pax records beyond this are hostile: a path has 4096 bytes at most. */
const MAX_EXTENSION = 1024 * 1024;

const TYPES: Record<string, TarMember["type"]> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "link",
  "2": "symlink",
  "5": "directory",
  S: "sparse",
};

/**
 * Reads a tar archive as a stream: ustar with pax (POSIX.1-2001, "pax Interchange Format") and GNU long names and sizes.
 * A cut archive gives every member up to the cut, the last one with the bytes that are there. Damage goes to `report`.
 */
export async function* tarMembers(
  archive: ByteSource,
  report: (diagnostic: Diagnostic) => void,
): AsyncGenerator<TarMember> {
  const reader = new ChunkReader(archive);
  let overrides: Overrides = {};
  let members = 0;
  try {
    for (;;) {
      const offset = reader.position;
      const block = await reader.take(BLOCK);
      if (block.length < BLOCK) {
        // Archives end with two blocks of zeros; a writer that was stopped leaves none.
        if (offset > 0 || block.length > 0) report(cut(offset));
        return;
      }
      if (block.every((byte) => byte === 0)) return;
      if (!checksumHolds(block)) {
        report({
          effect: "partial",
          code: "tar-bad-header",
          message: `the tar header at byte ${offset} is corrupt; what follows was left out`,
          offset,
        });
        return;
      }
      const flag = String.fromCharCode(block[156] ?? 0);
      const size = overrides.size ?? numberAt(block, 124, 12);
      if ("xgLK".includes(flag)) {
        if (size > MAX_EXTENSION) {
          report({
            effect: "partial",
            code: "tar-bad-header",
            message: `the tar header at byte ${offset} has a name of ${size} bytes; what follows was left out`,
            offset,
          });
          return;
        }
        const body = await reader.take(size);
        await reader.skip(padding(size));
        if (flag === "x") Object.assign(overrides, paxRecords(body));
        else if (flag === "L") overrides.path = stringAt(body, 0, body.length);
        else if (flag === "K") overrides.linkpath = stringAt(body, 0, body.length);
        continue;
      }
      if (++members > MAX_MEMBERS) {
        const message = `the tar archive has more than ${MAX_MEMBERS} members; the rest was left out`;
        report({ effect: "partial", code: "tar-limit", message, offset });
        return;
      }
      const type = overrides.sparse === true ? "sparse" : (TYPES[flag] ?? "other");
      const bodySize = type === "directory" || type === "symlink" || type === "link" ? 0 : size;
      const body = reader.section(bodySize);
      yield {
        name: overrides.path ?? ustarName(block),
        type,
        linkname: overrides.linkpath ?? stringAt(block, 157, 100),
        source: { size: bodySize, stream: () => body.stream() },
      };
      overrides = {};
      const missing = await body.finish();
      if (missing > 0) {
        report(cut(reader.position));
        return;
      }
      await reader.skip(padding(bodySize));
    }
  } finally {
    await reader.close();
  }
}

/** Whether bytes begin with a tar header: one whose checksum holds. */
export function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && head[0] !== 0 && checksumHolds(head.subarray(0, BLOCK));
}

interface Overrides {
  path?: string;
  linkpath?: string;
  size?: number;
  sparse?: boolean;
}

const cut = (offset: number): Diagnostic => ({
  effect: "partial",
  code: "tar-cut",
  message: `the tar archive ends at byte ${offset} without its end mark`,
  offset,
});

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** The header's bytes added up, its checksum field counted as spaces; some old writers added signed bytes. */
function checksumHolds(block: Uint8Array): boolean {
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 32 : (block[i] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const stated = numberAt(block, 148, 8);
  return stated === unsigned || stated === signed;
}

/** Octal digits, or GNU's base-256 where the first bit is set. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  if ((block[at] ?? 0) & 0x80) {
    let value = (block[at] ?? 0) & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + (block[at + i] ?? 0);
    return Number.isSafeInteger(value) ? value : 0;
  }
  const value = Number.parseInt(stringAt(block, at, length).trim() || "0", 8);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function stringAt(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return decodeText(end === -1 ? field : field.subarray(0, end));
}

function ustarName(block: Uint8Array): string {
  const name = stringAt(block, 0, 100);
  // Only POSIX's own magic ("ustar\0") has a prefix there; GNU's old one keeps times in those bytes.
  const prefix = stringAt(block, 257, 6) === "ustar" && block[262] === 0 ? stringAt(block, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Pax records: `LENGTH KEY=VALUE\n`, the length counting all of it. */
function paxRecords(body: Uint8Array): Overrides {
  const records: Overrides = {};
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(32, at);
    if (space === -1) break;
    const length = Number.parseInt(decodeText(body.subarray(at, space)), 10);
    if (!(length > space - at) || at + length > body.length) break;
    const record = decodeText(body.subarray(space + 1, at + length - 1));
    const equals = record.indexOf("=");
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === "path" || key === "GNU.sparse.name") records.path = value;
    else if (key === "linkpath") records.linkpath = value;
    else if (key === "size" && /^\d{1,15}$/.test(value)) records.size = Number(value);
    if (key.startsWith("GNU.sparse.")) records.sparse = true;
    at += length;
  }
  return records;
}
