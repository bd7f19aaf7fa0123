import type { HandshakeScratch } from "./handshake-scratch.ts";
import type { HandshakeColumns } from "./handshake-table.ts";
import { linkCopies } from "./translated.ts";
import { finish } from "./words.ts";

/** A SYN passes a node's address translation within this time. */
const NAT_WINDOW = 0.01;
/** A power of two. Only the SYNs of a few milliseconds need a place. */
const PLACES = 1 << 15;

/**
 * Links the copies of one attempt that a capture on several interfaces shows before and after address translation: they
 * have the same sequence number, TSval and IP identification under other addresses or ports.
 */
export class SynCopies {
  readonly #columns: HandshakeColumns;
  readonly #scratch: HandshakeScratch;
  /** Row + 1 of the latest SYN with that hash, and its sequence number, which spares most looks at that row. */
  readonly #places = new Int32Array(2 * PLACES);

  constructor(columns: HandshakeColumns, scratch: HandshakeScratch) {
    this.#columns = columns;
    this.#scratch = scratch;
  }

  /** Notes the latest try of a row, and links the row to the one that was seen just before with the same SYN. */
  link(row: number, time: number): void {
    const c = this.#columns;
    const isn = (c.isn[row] as number) | 0;
    const place = (finish(isn) & (PLACES - 1)) << 1;
    const before = (this.#places[place] as number) - 1;
    const isSame = this.#places[place + 1] === isn;
    this.#places[place] = row + 1;
    this.#places[place + 1] = isn;
    if (!isSame || before < 0 || before === row || c.linked[row] !== -1) return;
    const { lastTsval, lastIpId } = this.#scratch;
    // A port scan repeats its sequence number, but neither the identification nor the timestamp.
    const isMarked = lastIpId[row] !== 0 || c.hasTimestamp[row] === 1;
    const isCopy =
      isMarked &&
      lastIpId[before] === lastIpId[row] &&
      lastTsval[before] === lastTsval[row] &&
      c.hasTimestamp[before] === c.hasTimestamp[row] &&
      Math.abs(time - (c.lastSynTime[before] as number)) <= NAT_WINDOW;
    if (isCopy) linkCopies(c, before, row);
  }

  /** Forgets all rows: their numbers have changed. */
  clear(): void {
    this.#places.fill(0);
  }
}
