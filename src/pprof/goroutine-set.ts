import type { Diagnostic, Model } from "../bytes/index.ts";

/** One call of a stack. */
export interface Frame {
  /** As Go prints it, package path first: `net/http.(*conn).serve`, `main.run.func1`. */
  readonly func: string;
  readonly file?: string;
  readonly line?: number;
  /** Whether the compiler put it into the frame that follows. */
  readonly inlined: boolean;
}

/** How long the goroutines of a group have waited, in whole minutes. Go counts from the first collection that saw the wait. */
export interface Wait {
  /** Goroutines that printed minutes; the figures below are theirs. */
  readonly known: number;
  /** Goroutines that printed none: under a minute as far as the last collection saw, or leaked. */
  readonly unknown: number;
  readonly min: number;
  /** Of an even number, the mean of the middle two. */
  readonly median: number;
  readonly max: number;
}

/** The lock that most goroutines of a group wait for. */
export interface WaitedLock {
  /** As Go prints it, `0xc0000b8210`: the same in all stacks of one process. */
  readonly address: string;
  readonly waiters: number;
}

/** Goroutines that stand at the same place. */
export interface GoroutineGroup {
  /** Leaf first. Empty where the stack could not be printed. */
  readonly frames: readonly Frame[];
  readonly count: number;
  /** What the runtime calls the state, `chan send` or `running`. Only debug=2 tells. */
  readonly state?: string;
  /** The `go` statement that started them. Only debug=2 tells. */
  readonly createdBy?: Frame;
  /** Absent where none printed minutes. Only debug=2 tells. */
  readonly wait?: Wait;
  /** How many Go itself marked as leaked. */
  readonly leaked: number;
  readonly lockedToThread: number;
  /** Absent where no address was printed of a `sync.Mutex` or `sync.RWMutex` that they wait for. Only debug=2 tells. */
  readonly lock?: WaitedLock;
  /** Up to ten of them. Only debug=2 tells. */
  readonly ids: readonly number[];
  /** The profiler labels that all of them share; labels never split a group. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The goroutines of one process at one time, whatever form they came in. */
export interface GoroutineSet extends Model {
  readonly form: "proto" | "debug=1" | "debug=2";
  /** All goroutines; more than the groups have where a dump that was cut says so itself. */
  readonly total: number;
  /** How many threads the process had when Go could make no more; only a crash for that reason tells. */
  readonly threadsAtLimit?: number;
  /** Largest first, then by the text of their stacks. */
  readonly groups: readonly GoroutineGroup[];
}

/** A group while it is collected. */
export interface GroupDraft {
  readonly frames: readonly Frame[];
  readonly state?: string | undefined;
  readonly createdBy?: Frame | undefined;
  readonly lock?: WaitedLock | undefined;
  readonly tally: Tally;
}

/** What is counted of a group's goroutines. */
export class Tally {
  count = 0;
  leaked = 0;
  lockedToThread = 0;
  /** One for each goroutine that printed them. */
  readonly minutes: number[] = [];
  readonly ids: number[] = [];
  /** How many wait for each lock, by whatever number stands for its address. */
  readonly locks = new Map<number, number>();
  labels: SharedLabels;

  constructor(labels: SharedLabels) {
    this.labels = labels;
  }
}

/** Labels that all goroutines so far share. */
export type SharedLabels = ReadonlyMap<string, string>;
export const NO_LABELS: SharedLabels = new Map();

/** What remains shared when another goroutine joins. */
export function intersect(shared: SharedLabels, labels: SharedLabels): SharedLabels {
  if (shared === labels) return shared;
  const lost = [...shared].filter(([key, value]) => labels.get(key) !== value);
  if (lost.length === 0) return shared;
  const left = new Map(shared);
  for (const [key] of lost) left.delete(key);
  return left;
}

/** The set of groups that were collected. */
export function goroutineSet(
  form: GoroutineSet["form"],
  drafts: readonly GroupDraft[],
  diagnostics: readonly Diagnostic[],
  declared = 0,
): GoroutineSet {
  const counted = drafts.reduce((sum, { tally }) => sum + tally.count, 0);
  const inOrder = drafts.toSorted((a, b) => b.tally.count - a.tally.count || compareDrafts(a, b));
  const groups = inOrder.map(finish);
  return { form, total: Math.max(counted, declared), groups, diagnostics };
}

function finish({ frames, state, createdBy, lock, tally }: GroupDraft): GoroutineGroup {
  const { count, minutes, leaked, lockedToThread, ids, labels } = tally;
  return {
    frames,
    count,
    ...(state === undefined ? {} : { state }),
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(minutes.length === 0 ? {} : { wait: waitOf(minutes, count) }),
    leaked,
    lockedToThread,
    ...(lock === undefined ? {} : { lock }),
    ids,
    ...(labels.size === 0
      ? {}
      : { labels: Object.fromEntries([...labels].sort(([a], [b]) => compare(a, b))) }),
  };
}

function waitOf(minutes: readonly number[], count: number): Wait {
  const sorted = Float64Array.from(minutes).sort();
  const known = sorted.length;
  const at = (index: number): number => sorted[index] ?? 0;
  const median = (at((known - 1) >> 1) + at(known >> 1)) / 2;
  return { known, unknown: count - known, min: at(0), median, max: at(known - 1) };
}

/** By everything that tells one group from another. Frame by frame: a whole stack's text may be many times its profile. */
function compareDrafts(a: GroupDraft, b: GroupDraft): number {
  for (const [at, frame] of a.frames.entries()) {
    const other = b.frames[at];
    const order = other ? compareFrames(frame, other) : 1;
    if (order !== 0) return order;
  }
  return (
    a.frames.length - b.frames.length ||
    compare(a.state ?? "", b.state ?? "") ||
    compareFrames(a.createdBy, b.createdBy)
  );
}

function compareFrames(a: Frame | undefined, b: Frame | undefined): number {
  return a === b ? 0 : compare(a ? frameText(a) : "", b ? frameText(b) : "");
}

/** What tells a frame from another. */
export function frameText({ func, file, line }: Frame): string {
  return `${func} ${file ?? ""}:${line ?? ""}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
