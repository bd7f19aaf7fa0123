import { defined } from "./defined.ts";
import type { Frame } from "./frame.ts";
import type { StackTrace } from "./stack.ts";
import { isBottom } from "./symbol.ts";
import { type Crossing, genericFrame } from "./wait-sites/generic.ts";
import {
  type LockClass,
  type Subsystem,
  WAIT_SITES,
  type WaitEffect,
  type WaitSiteRow,
} from "./wait-sites/index.ts";

/** The place in the kernel where a task waits, and what that means. */
export interface WaitSite {
  /** The row of {@link WAIT_SITES}; `lock` or `percpu-lock` for a lock of which only the kind is known. */
  readonly id: string;
  readonly subsystem: Subsystem;
  readonly waitsFor: string;
  readonly effect: WaitEffect;
  /** Stuck even in interruptible sleep. */
  readonly asleep?: true;
  readonly symptom?: string;
  readonly lock?: LockClass;
  /** Only the beginning of the function's name is known, as `ps` cut it. */
  readonly cut?: true;
  /** The frame that decided. */
  readonly frame: Frame;
}

/**
 * Where a stack waits: its innermost frame that is more than the scheduler or a lock's slow path; where that is
 * a wait of no subsystem (a page, a bare lock), the nearest frame outside it that names one. Unreliable frames
 * (`? f`) decide nothing.
 *
 * @returns `undefined` for a stack that is unreadable, empty, or nowhere known
 */
export function waitSite(stack: StackTrace): WaitSite | undefined {
  const frames = stack.frames.filter((frame) => frame.reliable && !isBottom(frame.symbol));
  const crossings = new Set<Crossing>();
  let at = 0;
  for (; at < frames.length; at++) {
    const crossing = genericFrame(frames[at]?.symbol ?? "");
    if (!crossing) break;
    crossings.add(crossing);
  }
  const innermost = frames[at];
  if (!innermost) return undefined;
  const row = rowAt(innermost, crossings.has("percpu"));
  if (row) return refined(row, frames, at);
  return lockSite(innermost, frames.slice(at), crossings) ?? callerSite(frames.slice(at));
}

/**
 * The frame that a wait at an unknown place is known by: the innermost that is more than the scheduler or a lock's slow path; of a
 * stack that was cut before it, the outermost.
 */
export function waitingFrame(stack: StackTrace): Frame | undefined {
  const frames = stack.frames.filter((frame) => frame.reliable && !isBottom(frame.symbol));
  return frames.find(({ symbol }) => genericFrame(symbol) === undefined) ?? frames.at(-1);
}

/** The wait site that `wchan` alone names, for tasks whose stack could not be read. */
export function waitSiteOfWchan(symbol: string): WaitSite | undefined {
  return waitSite({ frames: [{ symbol, raw: symbol, reliable: true, line: 1 }], diagnostics: [] });
}

/**
 * The wait site of a name that `ps` printed: without the underscores before it, in old versions without `do_` or `sys_`
 * too, and cut to the width of its column.
 *
 * @returns `undefined` where it may be the beginning of functions at different sites
 */
export function waitSiteOfListed(name: string): WaitSite | undefined {
  const whole = stripped(name);
  const exact = LISTED.filter(([known]) => known === whole);
  const fits =
    exact.length > 0 || whole.length < LEAST_CUT
      ? exact
      : LISTED.filter(([known]) => known.startsWith(whole));
  const [first] = fits;
  if (!first || fits.some(([, row]) => row.id !== first[1].id)) return undefined;
  const frame: Frame = { symbol: name, raw: name, reliable: true, line: 1 };
  const site = siteOf(first[1], frame);
  return exact.length > 0 ? site : { ...site, cut: true };
}

/** `ps -l` cuts to six characters. */
const LEAST_CUT = 6;

const stripped = (symbol: string): string =>
  symbol
    .replace(/^[._]+/, "")
    .replace(/^(?:sys_|do_)(?=\w)/, "")
    .replace(/\*$/, "");

/** Frames outside the innermost that may still say what the wait is about. */
const REACH = 12;

/** A page's wait is its file system's, when a frame further out tells which that is. */
function refined(row: WaitSiteRow, frames: readonly Frame[], at: number): WaitSite {
  for (const frame of frames.slice(at + 1, at + 1 + REACH)) {
    const better = row.refinedBy?.find((id) => REFINERS.get(id)?.(frame.symbol));
    const next = better === undefined ? undefined : ROWS.get(better);
    if (next) return refined(next, frames, frames.indexOf(frame));
  }
  const frame = frames[at];
  if (!frame) throw new RangeError(`no frame ${at}`);
  return siteOf(row, frame);
}

/** A lock whose class the function that takes it does not tell. */
function lockSite(
  frame: Frame,
  outer: readonly Frame[],
  crossings: ReadonlySet<Crossing>,
): WaitSite | undefined {
  if (crossings.has("percpu"))
    return {
      id: "percpu-lock",
      subsystem: "lock",
      waitsFor: `a lock taken in ${frame.symbol}`,
      effect: "blocks",
      frame,
    };
  if (!crossings.has("rwsem") && !crossings.has("mutex")) return undefined;
  const subsystem = callerSite(outer)?.subsystem ?? "lock";
  return {
    id: "lock",
    subsystem,
    waitsFor: `a lock taken in ${frame.symbol}, which another task holds`,
    effect: "blocks",
    frame,
  };
}

/** The nearest frame that names a subsystem by merely standing there. */
function callerSite(frames: readonly Frame[]): WaitSite | undefined {
  for (const frame of frames.slice(0, REACH)) {
    const row = CALLERS.find(([matches]) => matches(frame.symbol))?.[1];
    if (row) return siteOf(row, frame);
  }
  return undefined;
}

function siteOf(row: WaitSiteRow, frame: Frame): WaitSite {
  const { id, subsystem, waitsFor, effect, asleep, symptom, lock } = row;
  return defined({ id, subsystem, waitsFor, effect, asleep, symptom, lock, frame });
}

type Match = (symbol: string) => boolean;

/** Names, `prefix*` and `*suffix`, as one test. */
export function matcher(patterns: readonly string[]): Match {
  const exact = new Set(patterns);
  const prefixes = patterns.filter((one) => one.endsWith("*")).map((one) => one.slice(0, -1));
  const suffixes = patterns.filter((one) => one.startsWith("*")).map((one) => one.slice(1));
  return (symbol) =>
    exact.has(symbol) ||
    prefixes.some((prefix) => symbol.startsWith(prefix)) ||
    suffixes.some((suffix) => symbol.endsWith(suffix));
}

const FUNCTIONS: readonly (readonly [Match, WaitSiteRow])[] = WAIT_SITES.map((row) => [
  matcher(row.functions),
  row,
]);
const LISTED: readonly (readonly [string, WaitSiteRow])[] = WAIT_SITES.flatMap((row) =>
  row.crossing === undefined
    ? row.functions.filter((name) => !name.startsWith("*")).map((name) => [stripped(name), row] as const)
    : [],
);
const CALLERS: readonly (readonly [Match, WaitSiteRow])[] = WAIT_SITES.filter(
  (row) => row.callers !== undefined,
).map((row) => [matcher(row.callers ?? []), row]);
const REFINERS = new Map(
  WAIT_SITES.map((row) => [row.id, matcher([...row.functions, ...(row.callers ?? [])])]),
);
const ROWS = new Map(WAIT_SITES.map((row) => [row.id, row]));

/** A row that asks for a per-CPU lock inside it stands before the others of its function. */
function rowAt(frame: Frame, percpu: boolean): WaitSiteRow | undefined {
  const fits = FUNCTIONS.filter(([matches]) => matches(frame.symbol)).map(([, row]) => row);
  const crossing = percpu ? fits.find((row) => row.crossing === "percpu") : undefined;
  return crossing ?? fits.find((row) => row.crossing === undefined);
}
