import type { Located } from "../../bundle/index.ts";
import type { Cite } from "../../evidence/index.ts";
import type { GoroutineGroup, GoroutineSet } from "../../pprof/index.ts";
import { userFrames, waitReason } from "../../pprof/index.ts";
import { count } from "../words.ts";

/** Frames of a stack that are cited; the leaf says what is waited for, its callers on whose behalf. */
const CITED_FRAMES = 4;

/** A stack as people name it: the innermost function that isn't the runtime's, and what it waits for. */
export function stackName(group: GoroutineGroup): string {
  const wait = waitOf(group);
  return wait === undefined ? leafName(group) : `${leafName(group)} [${wait}]`;
}

/** The innermost function that isn't the runtime's, else the innermost of all. */
export const leafName = (group: GoroutineGroup): string =>
  userFrames(group)[0]?.func ?? group.frames[0]?.func ?? "(no stack)";

/** What a group waits for; a dump's own words where they say that it can never come. */
export function waitOf(group: GoroutineGroup): string | undefined {
  return /nil chan|no cases/.test(group.state ?? "") ? group.state : waitReason(group);
}

/** Where a goroutine of the group began: its outermost function. */
export function entryFunction(group: GoroutineGroup): string {
  const frames = group.frames.filter((frame) => frame.func !== "runtime.goexit");
  return frames.at(-1)?.func ?? "";
}

/**
 * What a stack is known by in another snapshot. Profiles and dumps of one process spell the runtime's frames differently;
 * its own functions are the same.
 */
export const stackKey = (group: GoroutineGroup): string => `${stackName(group)} ${entryFunction(group)}`;

/** The same without the wait: texts of `debug=1` have no frames of the runtime, and don't tell it for channels. */
export const stackPlace = (group: GoroutineGroup): string => `${leafName(group)} ${entryFunction(group)}`;

/** How long a group has waited, as far as the dump tells; begins with a comma. */
export function waitText({ wait }: GoroutineGroup): string {
  if (!wait || wait.known === 0) return "";
  return wait.min === wait.max
    ? `, waiting for ${count(wait.min, "minute")}`
    : `, waiting for ${wait.min} to ${wait.max} minutes (median ${wait.median})`;
}

/** A citation of one group in its snapshot, with the stack's innermost functions. */
export function goroutineCite(snapshot: Located<GoroutineSet>, group: GoroutineGroup, text: string): Cite {
  const stack = userFrames(group).slice(0, CITED_FRAMES);
  return {
    artifact: snapshot.artifact.path,
    text,
    where: {
      stack: stack.map((frame) => frame.func),
      ...(group.ids.length > 0 && { goroutines: group.ids.slice(0, 3) }),
    },
  };
}

/**
 * Whether a dump's silence about minutes means "less than one": some goroutine prints them. Go counts from the last
 * garbage collection that saw the wait, so a dump without any may only mean that none has run.
 */
export function isDated(groups: readonly GoroutineGroup[]): boolean {
  return groups.some((group) => (group.wait?.known ?? 0) > 0);
}
