import type { Frame, GoroutineGroup, GoroutineSet } from "./goroutine-set.ts";
import { userFrames } from "./user-frames.ts";
import { waitReason } from "./wait-reason.ts";

/** Frames of a group that are printed unless all are asked for. */
const FRAMES = 8;

/** How {@link renderGoroutines} prints. */
export interface GoroutineTextOptions {
  /** Most groups; all when absent or 0. */
  readonly nodeCount?: number | undefined;
  /** Prints whole stacks with the runtime's own frames. */
  readonly full?: boolean;
}

/** Goroutines grouped by stack, the largest group first: how many, what they wait for, how long, and who created them. */
export function renderGoroutines(
  set: GoroutineSet,
  { nodeCount = 0, full = false }: GoroutineTextOptions = {},
): string {
  const shown = nodeCount > 0 ? set.groups.slice(0, nodeCount) : set.groups;
  const groups = shown.map((group) => renderGroup(group, set.total, full));
  const stacks = set.groups.length === 1 ? "1 stack" : `${set.groups.length} stacks`;
  const rest = set.groups.length - shown.length;
  const more = rest > 0 ? [`${rest} more ${rest === 1 ? "stack" : "stacks"}`] : [];
  const head = `${set.total} ${set.total === 1 ? "goroutine" : "goroutines"} in ${stacks} (${set.form})`;
  return `${[head, ...groups, ...more].join("\n\n")}\n`;
}

function renderGroup(group: GoroutineGroup, total: number, full: boolean): string {
  const facts = [
    group.state ?? waitReason(group),
    waitText(group),
    group.leaked > 0 ? `${group.leaked} leaked` : undefined,
    group.lockedToThread > 0 ? `${group.lockedToThread} locked to thread` : undefined,
    ...Object.entries(group.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  ].filter((fact) => fact !== undefined);
  const frames = full ? group.frames : userFrames(group).slice(0, FRAMES);
  const left = full ? 0 : userFrames(group).length - frames.length;
  return [
    `${group.count} (${shareText(group.count, total)})${facts.length > 0 ? `  ${facts.join(", ")}` : ""}`,
    ...frames.map((frame) => `    ${placeText(frame)}`),
    ...(left > 0 ? [`    and ${left} more`] : []),
    ...(group.createdBy ? [`  created by ${placeText(group.createdBy)}`] : []),
  ].join("\n");
}

/** Minutes that goroutines printed; those that print none have waited for less than one, as far as is known. */
function waitText({ wait, count }: GoroutineGroup): string | undefined {
  if (!wait) return undefined;
  const who = wait.known < count ? `${wait.known} of them ` : "";
  const unit = wait.max === 1 ? "minute" : "minutes";
  if (wait.min === wait.max) return `${who}for ${wait.min} ${unit}`;
  return `${who}for ${wait.min} to ${wait.max} ${unit} (median ${wait.median})`;
}

function shareText(count: number, total: number): string {
  const share = (count / Math.max(1, total)) * 100;
  return share < 0.05 ? "<0.1%" : `${share.toFixed(1)}%`;
}

function placeText({ func, file, line, inlined }: Frame): string {
  const place = file === undefined ? "" : ` ${file}${line === undefined ? "" : `:${line}`}`;
  return `${func}${inlined ? " (inline)" : ""}${place}`;
}
