import { decodeText, linesOf } from "../../bytes/index.ts";
import { ascii, eachLine, hasAt } from "../ascii.ts";

/** A part of a process's memory that holds code. */
export interface Mapping {
  readonly start: bigint;
  readonly limit: bigint;
  /** Where `start` lies in the file. */
  readonly offset: bigint;
  readonly file: string;
  readonly buildId: string;
}

/** As `/proc/PID/maps` has it: `00400000-0040b000 r-xp 00001000 fe:00 2253687 /usr/bin/cat`. */
const PROC_LINE =
  /^\s*(?:0x)?([\da-f]{1,16})[\s-]\s*(?:0x)?([\da-f]{1,16}):?(?:\s+([-rwxps]{2,4}))?(?:\s+([\da-f]{1,16}))?\s+[\da-f]+:[\da-f]+\s+\d+(?:\s+(\S.*))?$/i;
/** As other tools write it: `0x400000-0x480000 /path/to/binary (@1000) build-id`; all after the range may be absent. */
const BRIEF_LINE =
  /^\s*(?:0x)?([\da-f]{1,16})[\s-]\s*(?:0x)?([\da-f]{1,16}):?(?:\s+([-rwxps]{2,4})(?=\s|$))?(?:\s+(\S+))?(?:\s+\(@([\da-f]{1,16})\))?(?:\s+([\da-f]+))?\s*$/i;
const ATTRIBUTE = /^\s*(\w+)\s*=(.*)$/;

/** Linux gives a process no more mappings unless it is told to (vm.max_map_count). */
const MOST_MAPPINGS = 65_530;
const LONGEST_MAP = 16 * 1024 * 1024;
/** A path has 4096 bytes at most. */
const LONGEST_LINE = 5000;

const MAP_STARTS = [ascii("MAPPED_LIBRARIES:"), ascii("--- Memory map: ---")];

/** Whether a memory map follows a line. */
export function isMapStart(bytes: Uint8Array, start: number, end: number): boolean {
  return MAP_STARTS.some((word) => hasAt(bytes, start, end, word));
}

/** The executable mappings that follow the samples of a text. */
export function mapBehind(bytes: Uint8Array, from: number): Mapping[] {
  let map: Mapping[] = [];
  eachLine(
    bytes,
    (start, end) => {
      if (!isMapStart(bytes, start, end)) return true;
      map = parseMemoryMap(bytes.subarray(end));
      return false;
    },
    from,
  );
  return map;
}

/** Reads the executable mappings of a memory map. Lines that are none are skipped: the map comes last in its file. */
export function parseMemoryMap(bytes: Uint8Array): Mapping[] {
  const mappings: Mapping[] = [];
  const attributes = new Map<string, string>();
  for (const { text } of linesOf(decodeText(bytes.subarray(0, LONGEST_MAP)))) {
    if (mappings.length === MOST_MAPPINGS) break;
    if (text.length > LONGEST_LINE) continue;
    // gperftools names the main binary once: `build=/usr/bin/cat`, and then `$build`.
    const line = text.includes("$")
      ? text.replace(/\$(\w+)/, (all, name: string) => attributes.get(name) ?? all)
      : text;
    const mapping = parseLine(line);
    if (mapping) mappings.push(mapping);
    else {
      const [, name, value] = ATTRIBUTE.exec(text) ?? [];
      if (name !== undefined && value !== undefined) attributes.set(name, value.trim());
    }
  }
  return mainFirst(joined(mappings));
}

function parseLine(line: string): Mapping | undefined {
  const proc = PROC_LINE.exec(line);
  const [, start, limit, permissions, offset = "0", file = "", buildId = ""] = proc ?? briefly(line) ?? [];
  if (start === undefined || limit === undefined) return undefined;
  if (permissions !== undefined && !permissions.includes("x")) return undefined;
  return {
    start: BigInt(`0x${start}`),
    limit: BigInt(`0x${limit}`),
    offset: BigInt(`0x${offset}`),
    file: file.replace(/ \(deleted\)$/, "").trimEnd(),
    buildId,
  };
}

function briefly(line: string): (string | undefined)[] | undefined {
  const [all, start, limit, permissions, file, offset, buildId] = BRIEF_LINE.exec(line) ?? [];
  return all === undefined ? undefined : [all, start, limit, permissions, offset, file, buildId];
}

/** Puts together what was split into neighbours of one file. */
function joined(mappings: readonly Mapping[]): Mapping[] {
  const all: Mapping[] = [];
  for (const mapping of mappings) {
    const last = all.at(-1);
    if (!last || !areNeighbours(last, mapping)) {
      all.push(mapping);
      continue;
    }
    all[all.length - 1] = {
      ...last,
      limit: mapping.limit,
      file: mapping.file || last.file,
      buildId: mapping.buildId || last.buildId,
    };
  }
  return all;
}

function areNeighbours(a: Mapping, b: Mapping): boolean {
  const differ = (one: string, other: string): boolean => one !== "" && other !== "" && one !== other;
  if (differ(a.file, b.file) || differ(a.buildId, b.buildId) || a.limit !== b.start) return false;
  return a.offset === 0n || b.offset === 0n || a.offset + (a.limit - a.start) === b.offset;
}

const LIBRARY = /\.so$|\.so[._]\d/;
const USUAL_START = 0x400000n;

/** The main binary comes first: the first file that is no library. */
function mainFirst(mappings: Mapping[]): Mapping[] {
  const main = mappings.findIndex(({ file }) => file !== "" && !file.startsWith("[") && !LIBRARY.test(file));
  const [first] = mappings;
  const found = mappings[main];
  if (first && found) {
    mappings[main] = first;
    mappings[0] = found;
  }
  // A kernel that backs the binary's head with huge pages hides its name.
  if (mappings[0]?.file.startsWith("/anon_hugepage") === true && mappings[0].limit === mappings[1]?.start)
    mappings.shift();
  const head = mappings[0];
  if (head && head.start - head.offset === USUAL_START)
    mappings[0] = { ...head, start: USUAL_START, offset: 0n };
  return mappings;
}
