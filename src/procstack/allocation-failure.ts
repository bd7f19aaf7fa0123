import { containerOf } from "./cgroup.ts";
import { defined } from "./defined.ts";
import type { LogPlace } from "./log-place.ts";

/** Memory that the kernel asked itself for and didn't get. */
export interface AllocationFailure extends LogPlace {
  /** `pages` of the page allocator, `slab` of a cache of small objects. */
  readonly of: "pages" | "slab";
  /** Who asked; absent for slabs. */
  readonly comm?: string;
  /** 2 to its power pages that had to lie side by side; absent for slabs. */
  readonly order?: number;
  /** The flags of the request as printed. */
  readonly mode?: string;
  /** Each zone of memory as it was at that moment. */
  readonly zones: readonly ZoneState[];
  /** Of a slab: the cache. */
  readonly cache?: string;
  /** Of a slab that belongs to a cgroup: its name, which is the container's id where one is. */
  readonly cgroup?: string;
  readonly containerId?: string;
}

/** A zone of memory in kB, from the report of its own moment. */
export interface ZoneState {
  readonly node: number;
  readonly zone: string;
  readonly free?: number;
  /** The watermark below which only urgent requests are served. */
  readonly min?: number;
  /** Free blocks by order, smallest first. */
  readonly blocks?: readonly number[];
  readonly line: number;
  readonly text: string;
}

/** Lines of one report, which has a stack and some lines a zone. */
const LONGEST_REPORT = 400;
const MOST_ZONES = 256;
/** Of what repeats these many are kept with all that they say. */
const MOST_FAILURES = 2000;

const FAILURE = /^(.{1,64}?): page allocation failure[:.] order:(\d{1,2}), mode:(\S{1,200})/;
const SLUB =
  /^SLUB: Unable to allocate memory on (?:node|CPU) ?-?\d{0,5}[^(]{0,60}?(?:\(gfp=([^)]{1,200})\)|gfp=(\S{1,200}))$/;
const CACHE = /^cache: ([^\s(),]{1,120})(?:\((?:\d+:)?([^)]{1,200})\))?, object size: \d+/;
const FREE = /^(?:Node (\d+) )?([A-Z]\w*) free:(\d+)kB (?:boost:\d+kB )?min:(\d+)kB/;
const BLOCKS = /^(?:Node (\d+) )?([A-Z]\w*): ((?:\d+\*\d+kB (?:\([A-Z]+\) )?){2,16})= (\d+)kB/;
const LAST = /^\d+ pages (?:hwpoisoned|RAM)/;

type Draft = { -readonly [Member in keyof AllocationFailure]: AllocationFailure[Member] } & {
  zones: ZoneState[];
};

/** Puts the lines of these reports together. */
export class AllocationReader {
  readonly #failures: AllocationFailure[] = [];
  #open: Draft | undefined;
  #lines = 0;

  /** Whether a report is being read, so that every line matters. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** @returns whether the line belongs to a report */
  take(body: string, place: () => LogPlace): boolean {
    const begun = begin(body, place);
    if (begun) {
      this.#lines = 0;
      this.#open = this.#failures.length < MOST_FAILURES ? begun : undefined;
      if (this.#open) this.#failures.push(this.#open);
      return true;
    }
    const open = this.#open;
    if (!open) return false;
    if (++this.#lines > LONGEST_REPORT || LAST.test(body)) this.#open = undefined;
    return detail(body, open, place);
  }

  finish(): readonly AllocationFailure[] {
    return this.#failures;
  }
}

function begin(body: string, place: () => LogPlace): Draft | undefined {
  if (body.startsWith("SLUB: ")) {
    const slab = SLUB.exec(body);
    return slab ? { ...place(), of: "slab", mode: slab[1] ?? slab[2] ?? "", zones: [] } : undefined;
  }
  if (!body.includes("page allocation failure")) return undefined;
  const [, comm, order, mode] = FAILURE.exec(body) ?? [];
  if (comm === undefined || mode === undefined) return undefined;
  return { ...place(), of: "pages", comm, order: Number(order), mode: mode.replace(/,$/, ""), zones: [] };
}

function detail(body: string, open: Draft, place: () => LogPlace): boolean {
  if (open.of === "slab") {
    const [, cache, cgroup] = CACHE.exec(body) ?? [];
    if (cache === undefined || open.cache !== undefined) return false;
    const containerId = cgroup === undefined ? undefined : containerOf(cgroup);
    Object.assign(open, defined({ cache, cgroup, containerId }));
    return true;
  }
  return zoneDetail(body, open.zones, place);
}

/** Adds what a line of a memory report says of a zone; whether it says anything. */
export function zoneDetail(body: string, zones: ZoneState[], place: () => LogPlace): boolean {
  if (zones.length >= MOST_ZONES) return false;
  const free = FREE.exec(body);
  if (free) {
    const { line, text } = place();
    const zone = {
      node: Number(free[1] ?? 0),
      zone: free[2] ?? "",
      free: Number(free[3]),
      min: Number(free[4]),
    };
    zones.push({ ...zone, line, text });
    return true;
  }
  const found = BLOCKS.exec(body);
  if (!found) return false;
  const blocks = [...(found[3] ?? "").matchAll(/(\d+)\*\d+kB/g)].map((match) => Number(match[1]));
  const [node, zone] = [Number(found[1] ?? 0), found[2] ?? ""];
  const at = zones.findIndex((each) => each.node === node && each.zone === zone);
  const known = zones[at];
  const { line, text } = place();
  if (known) zones[at] = { ...known, blocks, line, text };
  else zones.push({ node, zone, blocks, line, text });
  return true;
}
