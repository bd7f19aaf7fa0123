import type { ByteSource } from "./byte-source.ts";
import { concat } from "./byte-source.ts";

/** A line that is longer without its end in sight loses what comes: no line of a log that tells anything is. */
const LONGEST_LINE = 256 * 1024;
/** What is given at once: a text that is held as a whole shall not become as many strings at one time. */
const LARGEST = 1024 * 1024;
const NEWLINE = 10;

/** A run of whole lines; valid until the next one is asked for. */
export interface Lines {
  readonly bytes: Uint8Array;
  /** One-based number of the first line. */
  readonly line: number;
}

/**
 * A text in runs of whole lines, without its byte-order mark and as UTF-8. The last line counts even without its ending.
 */
export async function* textChunks(source: ByteSource): AsyncGenerator<Lines> {
  let rest: Uint8Array = new Uint8Array(0);
  let line = 1;
  for await (const chunk of utf8(source)) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      if (rest.length + chunk.length <= LONGEST_LINE)
        rest = concat([rest, chunk.slice()], rest.length + chunk.length);
      continue;
    }
    const bytes =
      rest.length === 0
        ? chunk.subarray(0, last + 1)
        : concat([rest, chunk.subarray(0, last + 1)], rest.length + last + 1);
    yield { bytes, line };
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) line++;
    rest = chunk.slice(last + 1);
  }
  if (rest.length > 0) yield { bytes: rest, line };
}

async function* utf8(source: ByteSource): AsyncGenerator<Uint8Array> {
  for await (const chunk of decoded(source))
    for (let at = 0; at < chunk.length; at += LARGEST) yield chunk.subarray(at, at + LARGEST);
}

async function* decoded(source: ByteSource): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  let utf16: InstanceType<typeof TextDecoder> | undefined;
  const encoder = new TextEncoder();
  for await (const chunk of source.stream()) {
    if (chunk.length === 0) continue;
    if (isFirst) {
      isFirst = false;
      if (chunk[0] === 0xff && chunk[1] === 0xfe) utf16 = new TextDecoder("utf-16le");
      else if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) {
        yield chunk.subarray(3);
        continue;
      }
    }
    yield utf16 ? encoder.encode(utf16.decode(chunk, { stream: true })) : chunk;
  }
}
