import {
  type Frame,
  type GroupDraft,
  intersect,
  type SharedLabels,
  Tally,
  type WaitedLock,
} from "./goroutine-set.ts";
import { SpanTable } from "./span-table.ts";

/** The name of a frame that stands for those that Go left out. How many it was does not tell stacks apart. */
const ELIDED = -1;
const ELIDED_FUNC = "...frames elided...";

/** Where the frames begin in a key: before them stand the state and who created the goroutine. */
const FRAMES = 3;

/** A group while a text is read, as numbers of spans. */
interface Group {
  readonly key: Int32Array;
  readonly inlined: Uint8Array;
  readonly tally: Tally;
}

/** The groups of one dump, by hash. */
export type CollectedGroups = ReadonlyMap<number, readonly Group[]>;

/** Groups the goroutines of a text by their stacks. A stack stays a row of numbers; only groups get strings. */
export class StackGroups {
  readonly spans: SpanTable;
  #key = new Int32Array(FRAMES + 256);
  #inlined = new Uint8Array(this.#key.length);
  #length = FRAMES;
  #groups = new Map<number, Group[]>();

  constructor(bytes: Uint8Array) {
    this.spans = new SpanTable(bytes);
  }

  /** Begins the next goroutine. The state is a span's number, or 0. */
  begin(state: number): void {
    this.#key[0] = state;
    this.#key[1] = 0;
    this.#key[2] = 0;
    this.#length = FRAMES;
  }

  /** How many frames the goroutine has so far. */
  get depth(): number {
    return (this.#length - FRAMES) >> 1;
  }

  /** Adds a frame, leaf first: the spans of its function and of its `file:line`, 0 where there is none. */
  frame(func: number, place: number, inlined: boolean): void {
    if (this.#length + 2 > this.#key.length) this.#grow();
    this.#inlined[this.#length] = inlined ? 1 : 0;
    this.#key[this.#length++] = func;
    this.#key[this.#length++] = place;
  }

  /** Says of a frame that was added whether it was inlined. */
  setInlined(frame: number): void {
    this.#inlined[FRAMES + 2 * frame] = 1;
  }

  /** Adds the mark of frames that Go left out. */
  elided(): void {
    this.frame(ELIDED, 0, false);
  }

  createdBy(func: number, place: number): void {
    this.#key[1] = func;
    this.#key[2] = place;
  }

  /** Ends the goroutine, or all that share the stack; returns the group's tally, to be added to. */
  end(labels: SharedLabels): Tally {
    const key = this.#key;
    const length = this.#length;
    let hash = length;
    for (let at = 0; at < length; at++)
      hash = Math.imul(hash ^ (key[at] as number), 0x9e37_79b1) ^ (hash >>> 15);
    let bucket = this.#groups.get(hash);
    if (bucket === undefined) this.#groups.set(hash, (bucket = []));
    let group = bucket.find((known) => equals(known.key, key, length));
    if (group === undefined) {
      group = {
        key: key.slice(0, length),
        inlined: this.#inlined.slice(0, length),
        tally: new Tally(labels),
      };
      bucket.push(group);
    }
    group.tally.labels = intersect(group.tally.labels, labels);
    return group.tally;
  }

  /** Takes the groups that were collected, to collect others. */
  take(): CollectedGroups {
    const groups = this.#groups;
    this.#groups = new Map();
    return groups;
  }

  drafts(groups: CollectedGroups): GroupDraft[] {
    const frames = new Map<string, Frame>();
    const frame = (func: number, place: number, inlined: boolean): Frame => {
      const key = `${func} ${place} ${inlined}`;
      const known = frames.get(key) ?? this.#frame(func, place, inlined);
      frames.set(key, known);
      return known;
    };
    return Array.from([...groups.values()].flat(), ({ key, inlined, tally }) => {
      const [state = 0, creator = 0, creatorPlace = 0] = key;
      const depth = (key.length - FRAMES) >> 1;
      return {
        frames: Array.from({ length: depth }, (_, index) => {
          const at = FRAMES + 2 * index;
          return frame(key[at] ?? 0, key[at + 1] ?? 0, inlined[at] === 1);
        }),
        state: state === 0 ? undefined : this.spans.text(state),
        createdBy: creator === 0 ? undefined : frame(creator, creatorPlace, false),
        lock: this.#lock(tally.locks),
        tally,
      };
    });
  }

  /** Of several locks, the one with the most waiters. */
  #lock(locks: ReadonlyMap<number, number>): WaitedLock | undefined {
    const [most] = [...locks].sort(([, a], [, b]) => b - a);
    return most && { address: this.spans.text(most[0]), waiters: most[1] };
  }

  #frame(func: number, place: number, inlined: boolean): Frame {
    if (func === ELIDED) return { func: ELIDED_FUNC, inlined };
    const [file, line] = splitPlace(this.spans.text(place));
    return {
      func: this.spans.text(func),
      ...(file === "" ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      inlined,
    };
  }

  #grow(): void {
    const key = new Int32Array(this.#key.length * 2);
    key.set(this.#key);
    this.#key = key;
    const inlined = new Uint8Array(key.length);
    inlined.set(this.#inlined);
    this.#inlined = inlined;
  }
}

function equals(known: Int32Array, key: Int32Array, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== key[at]) return false;
  return true;
}

/** `file:line`; the line follows the last colon, for drives have one too. */
export function splitPlace(place: string): [file: string, line: number | undefined] {
  const colon = place.lastIndexOf(":");
  const digits = place.slice(colon + 1);
  return colon > 0 && /^\d+$/.test(digits) ? [place.slice(0, colon), Number(digits)] : [place, undefined];
}
