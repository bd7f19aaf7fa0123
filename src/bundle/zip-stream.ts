import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { concat } from "../bytes/index.ts";
import { ChunkReader } from "./chunk-reader.ts";
import type { ZipEntry } from "./zip-header.ts";
import { LOCAL, ZIP, le16, le32, le64, localEntry } from "./zip-header.ts";
import type { ZipMember } from "./zip-member.ts";
import { zipMember } from "./zip-member.ts";

/** What follows a member's data: signature, checksum, sizes of 32 or 64 bits; then something that begins with `PK`. */
const SHORT = 16;
const LONG = 24;
const AFTER = 4;

/**
 * Reads a zip archive front to back by its members' own headers, as one must where it can't be read at will or its directory is
 * missing. A cut archive gives every member up to the cut.
 */
export async function* zipStream(
  archive: ByteSource,
  report: (diagnostic: Diagnostic) => void,
): AsyncGenerator<ZipMember> {
  const reader = new ChunkReader(archive);
  try {
    for (;;) {
      const offset = reader.position;
      const head = await reader.take(LOCAL.length);
      const signature = head.length < 4 ? undefined : le32(head, 0);
      // The directory, or what stands before it: all members have been seen.
      if (signature !== undefined && signature !== ZIP.local) {
        if ((signature & 0xffff) !== (ZIP.local & 0xffff)) report(strange(offset));
        return;
      }
      const variable =
        head.length < LOCAL.length
          ? head
          : await reader.take(le16(head, LOCAL.name) + le16(head, LOCAL.extra));
      if (head.length < LOCAL.length || variable.length < le16(head, LOCAL.name) + le16(head, LOCAL.extra)) {
        report(cut(reader.position));
        return;
      }
      const entry = localEntry(head, variable);
      const isOpen = entry.hasDescriptor && entry.packed === 0;
      const body = isOpen ? untilDescriptor(reader) : reader.section(entry.packed);
      const packed = { size: isOpen ? undefined : entry.packed, stream: () => body.stream() };
      yield zipMember(entry, packed, () => (entry.hasDescriptor ? undefined : entry.crc));
      if ((await body.finish()) > 0) {
        report(cut(reader.position));
        return;
      }
      if (entry.hasDescriptor && !isOpen) await passDescriptor(reader, entry);
    }
  } finally {
    await reader.close();
  }
}

const cut = (offset: number): Diagnostic => ({
  effect: "partial",
  code: "zip-cut",
  message: `the zip archive ends at byte ${offset} without its directory`,
  offset,
});

const strange = (offset: number): Diagnostic => ({
  effect: "partial",
  code: "zip-bad-header",
  message: `the zip header at byte ${offset} is corrupt; what follows was left out`,
  offset,
});

/** Passes over a descriptor behind data whose length was known, with or without its signature. */
async function passDescriptor(reader: ChunkReader, { packed, size }: ZipEntry): Promise<void> {
  const bytes = await reader.take(LONG + AFTER);
  const isSigned = le32(bytes, 0) === ZIP.descriptor;
  const sizes = isSigned ? 8 : 4;
  const isLong =
    le64(bytes, sizes) === packed && le64(bytes, sizes + 8) === size && !isNext(bytes, sizes + 8);
  const length = isSigned || le32(bytes, sizes) === packed ? sizes + (isLong ? 16 : 8) : 0;
  reader.unread(bytes.subarray(length));
}

/** Whether what stands there can follow a member. */
const isNext = (b: Uint8Array, at: number): boolean => b[at] === 0x50 && b[at + 1] === 0x4b;

/**
 * Data whose length only the descriptor behind it tells: up to a descriptor that states the very length that stands before it.
 * `finish` tells how much is missing, which is unknown but not nothing where no descriptor was found.
 */
function untilDescriptor(reader: ChunkReader): {
  stream: () => AsyncIterable<Uint8Array>;
  finish: () => Promise<number>;
} {
  let length = 0;
  let state: "open" | "ended" | "cut" = "open";
  let held: Uint8Array = new Uint8Array(0);
  /** The next bytes that are surely data. */
  const next = async (): Promise<Uint8Array | undefined> => {
    while (state === "open") {
      const piece = await reader.some();
      const isEnd = piece === undefined;
      const bytes = isEnd ? held : concat([held, piece], held.length + piece.length);
      let at = signatureIn(bytes, 0);
      while (at !== -1) {
        const room = bytes.length - at;
        if (room < LONG + AFTER && !isEnd) break;
        const found = descriptorAt(bytes, at, length + at);
        if (found > 0) {
          reader.unread(bytes.subarray(at + found));
          state = "ended";
          break;
        }
        at = signatureIn(bytes, at + 1);
      }
      if (isEnd && state === "open") state = "cut";
      // A signature may begin in the last bytes.
      const stop = at !== -1 ? at : isEnd ? bytes.length : Math.max(0, bytes.length - 3);
      held = bytes.slice(stop);
      length += stop;
      if (stop > 0) return bytes.subarray(0, stop);
    }
    return undefined;
  };
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let part = await next(); part !== undefined; part = await next()) yield part;
  }
  async function finish(): Promise<number> {
    while ((await next()) !== undefined);
    return state === "cut" ? 1 : 0;
  }
  return { stream, finish };
}

function signatureIn(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x50, from); at !== -1; at = bytes.indexOf(0x50, at + 1)) {
    if (at + 4 > bytes.length) return -1;
    if (le32(bytes, at) === ZIP.descriptor) return at;
  }
  return -1;
}

/** @returns the descriptor's length; 0 where there is none */
function descriptorAt(bytes: Uint8Array, at: number, length: number): number {
  if (bytes.length - at >= SHORT && le32(bytes, at + 8) === length % 2 ** 32) {
    if (isNext(bytes, at + SHORT) || bytes.length - at === SHORT) return SHORT;
  }
  const isLong = bytes.length - at >= LONG && le64(bytes, at + 8) === length;
  return isLong && (isNext(bytes, at + LONG) || bytes.length - at === LONG) ? LONG : 0;
}
