import type { ConnectionRows } from "./connection-rows.ts";
import * as at from "./connection-state.ts";
import type { ConnectionTable, DroppedConnections, SideColumns } from "./connection-table.ts";
import * as trouble from "./trouble-rows.ts";

/** A column is made when it is first asked for: who wants one need not pay for thirty. */
class Made {
  readonly #columns = new Map<string, unknown>();

  protected once<T>(name: string, make: () => T): T {
    const known = this.#columns.get(name);
    if (known !== undefined) return known as T;
    const made = make();
    this.#columns.set(name, made);
    return made;
  }
}

/** The table as it is looked at when it is full. */
export class ConnectionColumns extends Made implements ConnectionTable {
  readonly length: number;
  readonly ofClient: SideColumns;
  readonly ofServer: SideColumns;
  readonly #rows: ConnectionRows;
  readonly #address: (id: number) => string;

  constructor(rows: ConnectionRows, address: (id: number) => string) {
    super();
    this.#rows = rows;
    this.#address = address;
    this.length = rows.length;
    this.ofClient = new Side(rows, true);
    this.ofServer = new Side(rows, false);
  }

  get client(): Int32Array {
    return this.once("client", () => this.#words(at.CLIENT));
  }

  get clientPort(): Uint16Array {
    return this.once("clientPort", () => mapped(Uint16Array, this.#words(at.PORTS), (ports) => ports >>> 16));
  }

  get server(): Int32Array {
    return this.once("server", () => this.#words(at.SERVER));
  }

  get serverPort(): Uint16Array {
    return this.once("serverPort", () => new Uint16Array(this.#words(at.PORTS)));
  }

  get vni(): Int32Array {
    return this.once("vni", () => this.#words(at.VNI));
  }

  get handshake(): Int32Array {
    return this.once("handshake", () => this.#words(at.HANDSHAKE));
  }

  get firstTime(): Float64Array {
    return this.once("firstTime", () => this.#doubles(at.FIRST_TIME));
  }

  get firstFrame(): Uint32Array {
    return this.once("firstFrame", () => unsigned(this.#words(at.FIRST_FRAME)));
  }

  get lastTime(): Float64Array {
    return this.once("lastTime", () => this.#doubles(at.LAST_TIME));
  }

  get lastFrame(): Uint32Array {
    return this.once("lastFrame", () => unsigned(this.#words(at.LAST_FRAME)));
  }

  get state(): Uint8Array {
    return this.once("state", () => new Uint8Array(this.#words(at.STATE)));
  }

  get counted(): Uint8Array {
    return this.once("counted", () =>
      mapped(Uint8Array, this.#words(at.STATE), (state) => ((state & at.Mark.copy) === 0 ? 1 : 0)),
    );
  }

  get linked(): Int32Array {
    return this.once("linked", () => this.#words(at.LINKED).map((row) => row - 1));
  }

  get requests(): Uint32Array {
    return this.once("requests", () => unsigned(this.#words(at.REQUESTS)));
  }

  get resetBy(): Uint8Array {
    return this.once("resetBy", () => new Uint8Array(this.#of(trouble.RESET_BY)));
  }

  get resetTime(): Float64Array {
    return this.once("resetTime", () => this.#ofReset((row) => this.#trouble(row, trouble.RESET_TIME)));
  }

  get resetFrame(): Uint32Array {
    return this.once("resetFrame", () => unsigned(this.#of(trouble.RESET_FRAME)));
  }

  get idleBeforeReset(): Float64Array {
    return this.once("idleBeforeReset", () => {
      const idle = this.#of(trouble.IDLE);
      return this.#ofReset((row) => (idle[row] as number) / 1000);
    });
  }

  get firstRetransmission(): Uint32Array {
    return this.once("firstRetransmission", () => unsigned(this.#of(trouble.FIRST_RETRANSMISSION)));
  }

  get dropped(): readonly DroppedConnections[] {
    return this.once("dropped", () => this.#rows.dropped.all());
  }

  address(id: number): string {
    return this.#address(id);
  }

  #words(word: number): Int32Array {
    return wordsOf(this.#rows, word);
  }

  #doubles(index: number): Float64Array {
    const { doubles, length } = this.#rows;
    const column = new Float64Array(length);
    for (let row = 0; row < length; row++) column[row] = doubles[(row * at.STRIDE) / 2 + index] as number;
    return column;
  }

  #of(word: number): Int32Array {
    return troublesOf(this.#rows, word);
  }

  #ofReset(of: (row: number) => number): Float64Array {
    const frames = this.#of(trouble.RESET_FRAME);
    return mapped(Float64Array, frames, (frame, row) => (frame === 0 ? Number.NaN : of(row)));
  }

  /** A double of the row that tells what went wrong with a connection that has one. */
  #trouble(row: number, index: number): number {
    const known = this.#rows.words[row * at.STRIDE + at.TROUBLE] as number;
    return this.#rows.troubles.doubles[((known - 1) * trouble.TROUBLE_STRIDE) / 2 + index] as number;
  }
}

class Side extends Made implements SideColumns {
  readonly #rows: ConnectionRows;
  readonly #words: number;
  readonly #troubles: number;

  constructor(rows: ConnectionRows, isClient: boolean) {
    super();
    this.#rows = rows;
    this.#words = isClient ? at.OF_CLIENT : at.OF_SERVER;
    this.#troubles = isClient ? 0 : trouble.SIDE;
  }

  get packets(): Uint32Array {
    return this.once("packets", () => unsigned(this.#of(at.PACKETS)));
  }

  get bytes(): Float64Array {
    return this.once("bytes", () => {
      const high = this.#wrong(trouble.BYTES_HIGH);
      return mapped(
        Float64Array,
        this.#of(at.BYTES),
        (low, row) => (low >>> 0) + (high[row] as number) * 2 ** 32,
      );
    });
  }

  get retransmissions(): Uint32Array {
    return this.#count("retransmissions", trouble.RETRANSMISSIONS);
  }

  get retransmittedBytes(): Float64Array {
    return this.once("retransmittedBytes", () =>
      mapped(Float64Array, this.#wrong(trouble.RETRANSMITTED), (bytes) => bytes >>> 0),
    );
  }

  get outOfOrder(): Uint32Array {
    return this.#count("outOfOrder", trouble.OUT_OF_ORDER);
  }

  get duplicateAcks(): Uint32Array {
    return this.#count("duplicateAcks", trouble.DUPLICATE_ACKS);
  }

  get probes(): Uint32Array {
    return this.#count("probes", trouble.PROBES);
  }

  get zeroWindows(): Uint32Array {
    return this.#count("zeroWindows", trouble.ZERO_WINDOWS);
  }

  get zeroWindowTime(): Float64Array {
    return this.#seconds("zeroWindowTime", trouble.ZERO_TOTAL);
  }

  get longestZeroWindow(): Float64Array {
    return this.#seconds("longestZeroWindow", trouble.ZERO_LONGEST);
  }

  get largestSegment(): Uint32Array {
    return this.once("largestSegment", () =>
      mapped(Uint32Array, this.#of(at.SIZES), (sizes) => sizes >>> 16),
    );
  }

  get largestAcked(): Uint32Array {
    return this.once("largestAcked", () =>
      mapped(Uint32Array, this.#of(at.SIZES), (sizes) => sizes & 0xffff),
    );
  }

  get largestRetransmitted(): Uint32Array {
    return this.#count("largestRetransmitted", trouble.LARGEST_RETRANSMITTED);
  }

  get unseenBytes(): Float64Array {
    return this.once("unseenBytes", () =>
      mapped(Float64Array, this.#wrong(trouble.UNSEEN), (bytes) => bytes >>> 0),
    );
  }

  get longestBackoff(): Uint32Array {
    return this.#count("longestBackoff", trouble.LONGEST_RUN);
  }

  get longestBackoffTime(): Float64Array {
    return this.#seconds("longestBackoffTime", trouble.LONGEST_TIME);
  }

  get lastBackoff(): Uint32Array {
    return this.#count("lastBackoff", trouble.RUN);
  }

  get lastBackoffTime(): Float64Array {
    return this.once("lastBackoffTime", () => {
      const from = this.#wrong(trouble.RUN_FROM);
      const run = this.#wrong(trouble.RUN);
      return mapped(Float64Array, this.#wrong(trouble.RUN_LAST), (last, row) =>
        (run[row] as number) > 0 ? (last - (from[row] as number)) / 1000 : 0,
      );
    });
  }

  get resets(): Uint32Array {
    return this.#count("resets", trouble.RESETS);
  }

  get rtt(): Float64Array {
    return this.once("rtt", () =>
      mapped(Float64Array, this.#of(at.RTT), (micros) => (micros === 0 ? Number.NaN : (micros - 1) / 1e6)),
    );
  }

  #of(word: number): Int32Array {
    return wordsOf(this.#rows, this.#words + word);
  }

  #wrong(word: number): Int32Array {
    return troublesOf(this.#rows, this.#troubles + word);
  }

  #count(name: string, word: number): Uint32Array {
    return this.once(name, () => unsigned(this.#wrong(word)));
  }

  #seconds(name: string, word: number): Float64Array {
    return this.once(name, () =>
      mapped(Float64Array, this.#wrong(word), (milliseconds) => milliseconds / 1000),
    );
  }
}

/** The same memory, read as numbers without a sign. */
const unsigned = (words: Int32Array): Uint32Array => new Uint32Array(words.buffer);

/** A column made of another one. The constructors' own `from` goes through an iterator, which takes ten times as long. */
function mapped<Column extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  Columns: new (length: number) => Column,
  words: Int32Array,
  of: (word: number, row: number) => number,
): Column {
  const column = new Columns(words.length);
  for (let row = 0; row < words.length; row++) column[row] = of(words[row] as number, row);
  return column;
}

function wordsOf({ words, length }: ConnectionRows, word: number): Int32Array {
  const column = new Int32Array(length);
  for (let row = 0; row < length; row++) column[row] = words[row * at.STRIDE + word] as number;
  return column;
}

/** 0 where nothing went wrong. */
function troublesOf({ words, troubles, length }: ConnectionRows, word: number): Int32Array {
  const column = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    const known = words[row * at.STRIDE + at.TROUBLE] as number;
    if (known !== 0) column[row] = troubles.words[(known - 1) * trouble.TROUBLE_STRIDE + word] as number;
  }
  return column;
}
