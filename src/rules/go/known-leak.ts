import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { entryFunction, waitOf } from "./goroutine-text.ts";
import type { LeakSignature } from "./leak-signatures.ts";
import { LEAK_SIGNATURES } from "./leak-signatures.ts";

/** A leak that a stack is known for. */
export interface KnownLeak {
  readonly signature: LeakSignature;
  /** Goroutines of those of its stacks that are about as many, the one asked about among them. */
  readonly counts: readonly number[];
}

/** Stacks that belong together are equal in number, but for what begins and ends meanwhile. */
const UNEQUAL = 0.1;

/** What leak a stack is known for, judged by all goroutines of its snapshot. It explains a pile and proves nothing. */
export function knownLeak(group: GoroutineGroup, { groups }: GoroutineSet): KnownLeak | undefined {
  for (const signature of LEAK_SIGNATURES) {
    const { stacks, together = 1, creatorGone } = signature;
    const own = stacks.find((stack) => fits(group, stack, signature));
    if (!own || (creatorGone && !isCreatorGone(group, groups))) continue;
    const counts = stacks
      .map((stack) => (stack === own ? group.count : countOf(groups, stack, signature)))
      .filter((count) => Math.abs(count - group.count) <= UNEQUAL * group.count);
    if (counts.length >= together) return { signature, counts };
  }
  return undefined;
}

function fits(group: GoroutineGroup, stack: readonly RegExp[], { waits }: LeakSignature): boolean {
  const wait = waitOf(group);
  if (waits && wait !== undefined && !waits.test(wait)) return false;
  return stack.every((pattern) => group.frames.some(({ func }) => pattern.test(withoutVendor(func))));
}

const countOf = (
  groups: readonly GoroutineGroup[],
  stack: readonly RegExp[],
  signature: LeakSignature,
): number =>
  groups.filter((group) => fits(group, stack, signature)).reduce((sum, { count }) => sum + count, 0);

const VENDOR = "/vendor/";

function withoutVendor(func: string): string {
  const at = func.indexOf(VENDOR);
  return at === -1 ? func : func.slice(at + VENDOR.length);
}

/** Whether no goroutine is in the function that started these. An anonymous function's name tells who that was. */
function isCreatorGone(group: GoroutineGroup, groups: readonly GoroutineGroup[]): boolean {
  const creator = /^(.+)\.func\d+(?:\.\d+)*$/.exec(entryFunction(group))?.[1];
  return creator !== undefined && !groups.some(({ frames }) => frames.some(({ func }) => func === creator));
}
