import { ascii, CLOSE_BRACKET, COLON, find, hasAt, isDigit, SPACE } from "../ascii.ts";

/** What a logger put before a line. */
export interface LinePrefix {
  /** Where the line's own text begins. */
  readonly stop: number;
  /** Who wrote the line, as the logger tells them apart: a stream, or a program with its process. */
  readonly source: string;
  readonly kind: "stream" | "json" | "syslog";
  /** Whether the line goes on in the source's next one. That of JSON tells itself. */
  readonly isPartial: boolean;
}

const DOCKER = ascii('{"log":"');
const STDERR = ascii('"stream":"stderr"');
const LONGEST_TAIL = 500;
const STREAMS = ["stdout", "stderr"].map((name) => ({ name, word: ascii(`${name} `) }));
const PARTIAL = 0x50;
const FULL = 0x46;
const T = 0x54;
const DASH = 0x2d;
/** Hosts, programs and time stamps have no longer words. */
const LONGEST_WORD = 128;
/** In bytes, with the space behind it. */
const LONGEST_MONTH = 24;

/**
 * Reads what a container runtime or a log daemon puts before each line of a program:
 *
 * ```text
 * 2024-05-01T10:00:00.123456789Z stderr F goroutine 1 [running]:
 * 2024-05-01T10:00:00.123456789Z goroutine 1 [running]:
 * 2024-05-01T10:00:00+0000 node-a kubelet[812]: goroutine 1 [running]:
 * May 01 10:00:00 node-a kubelet[812]: goroutine 1 [running]:
 * {"log":"goroutine 1 [running]:\n","stream":"stderr","time":"2024-05-01T10:00:00.123456789Z"}
 * ```
 *
 * These are CRI, `kubectl logs --timestamps`, the journal's short forms and syslog, and Docker's json-file.
 */
export function linePrefix(bytes: Uint8Array, start: number, end: number): LinePrefix | undefined {
  const iso = isoPrefix(bytes, start, end);
  if (iso) return iso;
  const date = dateStop(bytes, start, end);
  if (date !== undefined) return programPrefix(bytes, date, end, false);
  if (!hasAt(bytes, start, end, DOCKER)) return undefined;
  return {
    stop: start + DOCKER.length,
    source: dockerStream(bytes, start, end),
    kind: "json",
    isPartial: false,
  };
}

/** The stream stands behind the text, where no quote is escaped. */
function dockerStream(bytes: Uint8Array, start: number, end: number): string {
  for (let at = Math.max(start, end - LONGEST_TAIL); at < end; at++)
    if (hasAt(bytes, at, end, STDERR)) return "stderr";
  return "stdout";
}

function isoPrefix(bytes: Uint8Array, start: number, end: number): LinePrefix | undefined {
  if (bytes[start + 4] !== DASH || bytes[start + 10] !== T || !isClock(bytes, start + 11, end))
    return undefined;
  const from = nextWord(bytes, start + 19, end);
  if (from === undefined) return undefined;
  const stream = STREAMS.find(({ word }) => hasAt(bytes, from, end, word));
  const tag = from + (stream?.word.length ?? 0);
  if (stream && (bytes[tag] === PARTIAL || bytes[tag] === FULL)) {
    // The first of the tags, which colons set apart, says whether the line is whole.
    const tagStop = find(bytes, SPACE, tag, end);
    if (tagStop === tag + 1 || bytes[tag + 1] === COLON) {
      const stop = Math.min(tagStop + 1, end);
      return { stop, source: stream.name, kind: "stream", isPartial: bytes[tag] === PARTIAL };
    }
  }
  return (
    programPrefix(bytes, from, end, true) ?? { stop: from, source: "", kind: "stream", isPartial: false }
  );
}

/** Behind `May 01 10:00:00 ` or `May  1 10:00:00.123456 `, in any language, or `Wed 2024-05-01 10:00:00 UTC `. */
function dateStop(bytes: Uint8Array, start: number, end: number): number | undefined {
  const month = wordStop(bytes, start, Math.min(end, start + LONGEST_MONTH));
  if (month === undefined) return undefined;
  if (isDigit(bytes[month + 2]) && isClock(bytes, month + 4, end)) return nextWord(bytes, month + 12, end);
  if (bytes[month + 5] !== DASH || !isClock(bytes, month + 12, end)) return undefined;
  const zone = nextWord(bytes, month + 20, end);
  return zone === undefined ? undefined : nextWord(bytes, zone, end);
}

/**
 * `host program[7]: `, or without the host.
 *
 * @param needsProcess whether what has no process isn't taken for a program: `panic: ` may follow a time stamp
 */
function programPrefix(
  bytes: Uint8Array,
  start: number,
  end: number,
  needsProcess: boolean,
): LinePrefix | undefined {
  let from = start;
  for (let word = 0; word < 2; word++) {
    const stop = wordStop(bytes, from, end) ?? end;
    if (
      stop - from > 1 &&
      bytes[stop - 1] === COLON &&
      (!needsProcess || bytes[stop - 2] === CLOSE_BRACKET)
    ) {
      const source = String.fromCharCode(...bytes.subarray(start, Math.min(stop, start + 2 * LONGEST_WORD)));
      return { stop: Math.min(stop + 1, end), source, kind: "syslog", isPartial: false };
    }
    from = stop + 1;
  }
  return undefined;
}

/** Whether `10:00:00` stands at an offset. */
function isClock(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + 8 <= end &&
    bytes[at + 2] === COLON &&
    bytes[at + 5] === COLON &&
    isDigit(bytes[at]) &&
    isDigit(bytes[at + 7])
  );
}

/** Where a word ends at a space; `undefined` where none follows, or the word has what no word of a prefix has. */
function wordStop(bytes: Uint8Array, start: number, end: number): number | undefined {
  const limit = Math.min(end, start + LONGEST_WORD);
  for (let at = start; at < limit; at++) {
    const byte = bytes[at] as number;
    if (byte === SPACE) return at;
    if (byte < SPACE) return undefined;
  }
  return undefined;
}

/** Where the next word begins. */
function nextWord(bytes: Uint8Array, start: number, end: number): number | undefined {
  const stop = wordStop(bytes, start, end);
  return stop === undefined ? undefined : stop + 1;
}
