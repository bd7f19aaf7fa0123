import type { Burn } from "./burns.ts";
import { isStandard, weightOf } from "./burns.ts";

/** A function that passes on this share of what it burns to one callee isn't where it is burnt. */
const PASSED_ON = 0.7;
/** A dispatcher burns less than this itself, more where goroutines begin, and its goroutines do nearly everything below it. */
const OWN_WORK = 1 / 3;
const ENTRY_WORK = 0.5;
const ALL_WORK = 0.9;

/** A stack from one of its functions on. */
interface Part {
  readonly burn: Burn;
  readonly from: number;
}

/**
 * The functions that burn at least so much and don't pass it on to one callee: the deepest that a person would name. A
 * dispatcher, below which everything that its goroutines do disperses, is none; what it calls may be one.
 */
export function hotFunctions(burns: readonly Burn[], least: number): string[] {
  const named = descend(
    burns.map((burn) => ({ burn, from: 0 })),
    least,
    burns,
  );
  return [...new Set(named)];
}

function* descend(parts: readonly Part[], least: number, all: readonly Burn[]): Generator<string> {
  for (let rest = parts; ;) {
    const next = heaviest(rest);
    if (!next || next.nanoseconds < least) return;
    yield* hottestFrom(next.name, rest.filter(goesThrough(next.name)), least, all);
    const passesBy = goesThrough(next.name);
    rest = rest.filter((part) => !passesBy(part));
  }
}

function* hottestFrom(
  name: string,
  through: readonly Part[],
  least: number,
  all: readonly Burn[],
): Generator<string> {
  // From its last call on: a function that calls itself is passed once.
  const below = through.map(({ burn }) => ({ burn, from: burn.path.lastIndexOf(name) + 1 }));
  const next = heaviest(below);
  if (next && next.nanoseconds >= PASSED_ON * weightOfParts(below)) {
    yield* hottestFrom(next.name, below.filter(goesThrough(next.name)), least, all);
  } else if (isDispatcher(name, below, all)) {
    yield* descend(below, least, all);
  } else {
    yield name;
  }
}

/**
 * Whether a function only hands out work: one of the standard library's that calls the program back, or one below which
 * its goroutines do everything.
 */
function isDispatcher(name: string, below: readonly Part[], all: readonly Burn[]): boolean {
  const entries = new Set(below.map(({ burn }) => burn.path[0]));
  const isEntry = entries.has(name);
  if (isEntry && isStandard(name)) return true;
  const own = below.flatMap(({ burn, from }) => (burn.path.length === from ? [burn] : []));
  const weight = weightOfParts(below);
  if (isEntry ? heaviestCall(own) >= ENTRY_WORK * weight : weightOf(own) >= OWN_WORK * weight) return false;
  const ofEntries = all.filter(({ path }) => entries.has(path[0]));
  return isStandard(name) || weight >= ALL_WORK * weightOf(ofEntries);
}

/** Where goroutines begin, calls of the standard library are handed out too: only one of them counts. */
function heaviestCall(own: readonly Burn[]): number {
  const calls = new Set(own.map((burn) => burn.calls));
  const weights = [...calls].map((call) => weightOf(own.filter((burn) => burn.calls === call)));
  return Math.max(0, ...weights);
}

const goesThrough =
  (name: string) =>
  ({ burn, from }: Part): boolean =>
    burn.path.includes(name, from);

const weightOfParts = (parts: readonly Part[]): number => weightOf(parts.map(({ burn }) => burn));

/** The function that most of it goes through; of several, the outermost. */
function heaviest(
  parts: readonly Part[],
): { readonly name: string; readonly nanoseconds: number } | undefined {
  const weights = new Map<string, number>();
  for (const { burn, from } of parts) {
    for (const name of new Set(burn.path.slice(from)))
      weights.set(name, (weights.get(name) ?? 0) + burn.nanoseconds);
  }
  let best: { name: string; nanoseconds: number } | undefined;
  for (const [name, nanoseconds] of weights)
    if (!best || nanoseconds > best.nanoseconds) best = { name, nanoseconds };
  return best;
}
