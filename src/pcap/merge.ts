import type { ByteSource } from "../bytes/index.ts";
import { Log } from "./log.ts";
import { Packet } from "./packet.ts";
import { RecordReader } from "./record-reader.ts";

/** As much of a file as is read to learn when it begins. */
const HEAD = 64 * 1024;

/** One of several files that are read together, as far as it was read. */
export class MergeInput {
  readonly index: number;
  readonly log: Log = new Log();
  readonly reader: RecordReader = new RecordReader(this.log);
  /** The next packet. */
  readonly packet: Packet = new Packet();
  /** Frames of the file up to that packet. */
  frames = 0;
  /** Relative times of its first and last packet; `undefined` where it has none. */
  start: number | undefined;
  end: number | undefined;
  cut = false;
  readonly #source: ByteSource;
  #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | undefined;
  #ended = false;

  constructor(source: ByteSource, index: number) {
    this.#source = source;
    this.index = index;
  }

  /** Whether the next packet is at hand without waiting. */
  step(): boolean {
    return this.reader.read(this.packet);
  }

  /** Reads on up to the next packet. False at the end. */
  async advance(): Promise<boolean> {
    this.#chunks ??= iteratorOf(this.#source.stream());
    while (!this.step()) {
      if (this.#ended) {
        this.cut = this.reader.finish();
        return false;
      }
      this.reader.release();
      const next = await this.#chunks.next();
      if (next.done === true) {
        this.#ended = true;
        this.reader.end();
      } else this.reader.feed(next.value);
    }
    return true;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#chunks?.return?.();
  }

  /**
   * Fills the packet with the first one's time, where that can be learnt without opening the file for good: files of a
   * rotation need not all be open at once.
   */
  async peek(): Promise<boolean> {
    if (this.#source.read === undefined) return false;
    const head = await this.#source.read(0, HEAD);
    const reader = new RecordReader(new Log());
    reader.feed(head);
    return reader.read(this.packet) && this.packet.timed;
  }
}

/**
 * The packets of several captures in the order of their times, as `mergecap` puts them: always the earliest of the files' next
 * packets; of equal ones that of the file that was given first; one without a time at once.
 *
 * @param take is given each packet with its file. The packet may be read until the next is taken
 */
export async function merge(
  sources: readonly ByteSource[],
  take: (packet: Packet, input: MergeInput) => void,
): Promise<MergeInput[]> {
  const inputs = sources.map((source, index) => new MergeInput(source, index));
  /** Files that are open, by their next packet; those that are not, by their first one. */
  const open: MergeInput[] = [];
  const waiting: MergeInput[] = [];
  try {
    for (const input of inputs) {
      if (await input.peek()) insert(waiting, input, 0);
      else if (await input.advance()) insert(open, input, 0);
    }
    for (;;) {
      const [first] = open;
      const [next] = waiting;
      if (next !== undefined && (first === undefined || !isBefore(first, next))) {
        waiting.shift();
        if (await next.advance()) insert(open, next, 0);
        continue;
      }
      if (first === undefined) return inputs;
      take(first.packet, first);
      if (first.step() || (await first.advance())) sink(open);
      else open.shift();
    }
  } finally {
    for (const input of inputs) await input.close();
  }
}

/** Whether the next packet of one file comes before that of another. */
function isBefore(a: MergeInput, b: MergeInput): boolean {
  const [p, q] = [a.packet, b.packet];
  if (!p.timed || !q.timed) return p.timed === q.timed ? a.index < b.index : !p.timed;
  if (p.seconds !== q.seconds) return p.seconds < q.seconds;
  if (p.nanoseconds !== q.nanoseconds) return p.nanoseconds < q.nanoseconds;
  return a.index < b.index;
}

/** Puts a file at its place among others, not before `from`. */
function insert(list: MergeInput[], input: MergeInput, from: number): void {
  let at = from;
  while (at < list.length && isBefore(list[at] as MergeInput, input)) at++;
  list.splice(at, 0, input);
}

/** Moves the first file, whose packet is a new one, to its place. Mostly that is where it is. */
function sink(list: MergeInput[]): void {
  const first = list[0] as MergeInput;
  let at = 1;
  for (; at < list.length; at++) {
    const other = list[at] as MergeInput;
    if (isBefore(first, other)) break;
    list[at - 1] = other;
  }
  list[at - 1] = first;
}

export function iteratorOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
}
