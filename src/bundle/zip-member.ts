import { crc32 } from "node:zlib";
import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { inflateSource } from "./gunzip-stream.ts";
import { xzSource } from "./xz-stream.ts";
import type { ZipEntry } from "./zip-header.ts";
import { zstdSource } from "./zstd-stream.ts";

/** One member of a zip archive. */
export interface ZipMember {
  /** As the archive spells it: it may hold `..` or be absolute, and is never used as a path to write to. */
  readonly name: string;
  readonly type: "file" | "directory" | "link";
  /** Why it can't be read; it may be tried where this is absent. */
  readonly unread: string | undefined;
  /** Its bytes, to be streamed once, before the next member is asked for. Damage is told through `report`. */
  source(report: (diagnostic: Diagnostic) => void): ByteSource;
}

type Unpack = (packed: ByteSource, report: (diagnostic: Diagnostic) => void) => ByteSource;

/** Ways to pack that are read, by their number (APPNOTE.TXT 4.4.5). */
const METHODS = new Map<number, Unpack>([
  [0, (packed) => packed],
  [8, inflateSource],
  [93, zstdSource],
  [95, xzSource],
]);
const NAMES = new Map([
  [1, "shrink"],
  [6, "implode"],
  [9, "deflate64"],
  [12, "bzip2"],
  [14, "LZMA"],
  [96, "JPEG"],
  [97, "WavPack"],
  [98, "PPMd"],
  [99, "AES"],
]);

/**
 * A member from its header and its packed bytes.
 *
 * @param crc the checksum of what it holds, once the bytes have been read; `undefined` where it isn't known
 */
export function zipMember(entry: ZipEntry, packed: ByteSource, crc: () => number | undefined): ZipMember {
  const { name, method, isEncrypted, isLink } = entry;
  const unpack = METHODS.get(method);
  return {
    name,
    type: name.endsWith("/") ? "directory" : isLink ? "link" : "file",
    unread: isEncrypted
      ? "an encrypted member of a zip archive: unpack it with its password first"
      : unpack === undefined
        ? `packed by a method of zip that isn't read: ${NAMES.get(method) ?? `number ${method}`}`
        : undefined,
    source(report) {
      if (unpack === undefined || isEncrypted) return { size: 0, stream: () => [] };
      return checked(unpack(packed, report), method === 0 ? packed.size : undefined, crc, report);
    },
  };
}

function checked(
  source: ByteSource,
  size: number | undefined,
  crc: () => number | undefined,
  report: (diagnostic: Diagnostic) => void,
): ByteSource {
  return {
    size,
    async *stream() {
      let value = 0;
      let length = 0;
      let isDamaged = false;
      for await (const chunk of source.stream()) {
        value = crc32(chunk, value);
        length += chunk.length;
        yield chunk;
      }
      // What was cut short has been told of already.
      if (size !== undefined && length < size) isDamaged = true;
      const stated = crc();
      if (isDamaged || stated === undefined || stated === value) return;
      const message = `the checksum of this member of a zip archive is wrong: some of its ${length} bytes were lost or changed`;
      report({ effect: "partial", code: "zip-bad-checksum", message });
    },
  };
}
