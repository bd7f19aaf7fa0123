import { follow } from "./columns.ts";
import { HandshakeScratch } from "./handshake-scratch.ts";
import { HandshakeColumns, type HandshakeTable } from "./handshake-table.ts";
import { Retries } from "./retries.ts";
import { Rows } from "./rows.ts";

/** The rows of a `HandshakeTable` that is being filled. */
export class HandshakeRows extends Rows<HandshakeColumns, HandshakeScratch> {
  readonly #retries = new Retries();

  constructor(limit: number) {
    super(new HandshakeColumns(), new HandshakeScratch(), limit);
  }

  add(client: number, clientPort: number, server: number, serverPort: number, isn: number): number {
    const c = this.columns;
    const row = this.append();
    c.client[row] = c.originalClient[row] = client;
    c.clientPort[row] = c.originalClientPort[row] = clientPort;
    c.server[row] = server;
    c.serverPort[row] = serverPort;
    c.isn[row] = isn;
    c.answerTime[row] = c.completeTime[row] = c.resetTime[row] = c.closeTime[row] = Number.NaN;
    c.lastSynAckTime[row] = Number.NaN;
    c.icmpFrom[row] = c.linked[row] = -1;
    c.counted[row] = 1;
    this.scratch.firstRetry[row] = this.scratch.lastRetry[row] = -1;
    return row;
  }

  /** Notes a try of a row behind the first. */
  retry(row: number, frame: number, time: number, tsval: number): void {
    const { firstRetry, lastRetry } = this.scratch;
    const last = this.#retries.add(row, lastRetry[row] as number, frame, time, tsval);
    if (firstRetry[row] === -1) firstRetry[row] = last;
    lastRetry[row] = last;
  }

  /**
   * Makes room, at the cost of what went well.
   *
   * @returns where each row went, -1 for those that were dropped
   */
  evict(): Int32Array {
    const c = this.columns;
    const { scratch } = this;
    const remap = this.drop((row) => {
      const copy = c.linked[row] as number;
      return c.completed[row] === 0 || (copy !== -1 && c.completed[copy] === 0);
    });
    follow(c.linked, this.length, remap);
    const retries = this.#retries.remap(remap);
    follow(scratch.firstRetry, this.length, retries);
    follow(scratch.lastRetry, this.length, retries);
    return remap;
  }

  /** The table; no row can be added any more. */
  finish(address: (id: number) => string, end: number): HandshakeTable {
    const c = this.columns;
    const { firstRetry } = this.scratch;
    const retries = this.#retries;
    return Object.assign(this.close(), {
      tries(row: number) {
        if (!((c.synCount[row] as number) > 0)) return [];
        const hasTimestamp = c.hasTimestamp[row] === 1;
        const tsval = hasTimestamp ? c.tsval[row] : undefined;
        const first = { frame: c.firstFrame[row] as number, time: c.firstTime[row] as number, tsval };
        return [first, ...retries.from(firstRetry[row] as number, hasTimestamp)];
      },
      address,
      end,
    });
  }
}
