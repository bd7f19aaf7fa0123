import { follow } from "./columns.ts";
import { DnsScratch } from "./dns-scratch.ts";
import { DnsColumns, type DnsTable } from "./dns-table.ts";
import type { Packet } from "./packet.ts";
import { DnsSums } from "./dns-totals.ts";
import { Rows } from "./rows.ts";

/** What tells one query from another: its socket, its server, its id and what it asks. */
export interface DnsKey {
  client: number;
  clientPort: number;
  server: number;
  serverPort: number;
  id: number;
  qtype: number;
  name: number;
  /** A value of `Transport`. */
  transport: number;
  /** The VXLAN network, -1 outside of any. */
  vni: number;
}

/** The rows of a `DnsTable` that is being filled. */
export class DnsRows extends Rows<DnsColumns, DnsScratch> {
  readonly #sums = new DnsSums();

  constructor(limit: number) {
    super(new DnsColumns(), new DnsScratch(), limit);
  }

  add(key: DnsKey, p: Packet): number {
    const c = this.columns;
    const s = this.scratch;
    const row = this.append();
    c.client[row] = c.originalClient[row] = key.client;
    c.clientPort[row] = c.originalClientPort[row] = key.clientPort;
    c.server[row] = c.originalServer[row] = key.server;
    c.serverPort[row] = c.originalServerPort[row] = key.serverPort;
    c.id[row] = key.id;
    c.qtype[row] = key.qtype;
    c.name[row] = key.name;
    c.transport[row] = key.transport;
    c.time[row] = p.time;
    c.frame[row] = p.frame;
    c.answerTime[row] = Number.NaN;
    c.rcode[row] = c.icmpFrom[row] = c.linked[row] = c.retryOf[row] = c.previousSameId[row] = -1;
    c.strayFrom[row] = -1;
    c.counted[row] = 1;
    c.copies[row] = 1;
    s.ipId[row] = p.ipId;
    s.ttl[row] = p.ttl;
    s.vni[row] = key.vni;
    return row;
  }

  /**
   * Makes room, at the cost of what went well.
   *
   * @returns where each row went, -1 for those that were dropped
   */
  evict(): Int32Array {
    const c = this.columns;
    const s = this.scratch;
    const remap = this.drop(
      (row) => {
        const copy = c.linked[row] as number;
        return c.rcode[row] !== 0 || (copy !== -1 && c.rcode[copy] !== 0);
      },
      (row) => this.#sums.add(c, row),
    );
    for (const references of [c.retryOf, c.previousSameId, c.linked, s.previousSameQuestion])
      follow(references, this.length, remap);
    return remap;
  }

  /** The table; no row can be added any more. */
  finish(nameOf: (name: number) => string, address: (id: number) => string): DnsTable {
    for (let row = 0; row < this.length; row++) this.#sums.add(this.columns, row);
    const totals = this.#sums.finish(address, nameOf);
    return Object.assign(this.close(), { nameOf, address, totals });
  }
}
