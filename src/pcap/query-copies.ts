import type { DnsKey, DnsRows } from "./dns-rows.ts";
import type { Packet } from "./packet.ts";
import { linkCopies } from "./translated.ts";
import { finish, mix } from "./words.ts";

/** A query passes a node's address translation within this time. */
const NAT_WINDOW = 0.01;
/** A power of two. Only the queries of a few milliseconds need a place. */
const PLACES = 1 << 14;
/** How many queries with the same id and question are looked through. */
const LOOK_BACK = 16;

/**
 * Links the copies of one query that a capture on several interfaces shows before and after address translation. Clients
 * that ask several servers at once with one id look alike; a copy has the same IP identification or, where there is none,
 * has passed a router since.
 */
export class QueryCopies {
  readonly #rows: DnsRows;
  /** Row + 1 of the latest query with that hash of id and question, from whom and to whom ever. */
  readonly #places = new Int32Array(PLACES);

  constructor(rows: DnsRows) {
    this.#rows = rows;
  }

  /** Notes a query that was added, and links it to the one that was seen just before with the same id and question. */
  link(row: number, key: DnsKey, p: Packet): void {
    const c = this.#rows.columns;
    const { previousSameQuestion } = this.#rows.scratch;
    const place = finish(mix(mix(mix(3, key.id), key.qtype), key.name)) & (PLACES - 1);
    let before = (this.#places[place] as number) - 1;
    this.#places[place] = row + 1;
    previousSameQuestion[row] = before;
    let best = -1;
    let bestScore = -1;
    for (let left = LOOK_BACK; before >= 0 && left > 0; left--) {
      if (Math.abs(p.time - (c.time[before] as number)) >= NAT_WINDOW) break;
      const score = this.#score(before, key, p);
      if (score > bestScore) {
        best = before;
        bestScore = score;
      }
      before = previousSameQuestion[before] as number;
    }
    if (best >= 0) linkCopies(c, best, row);
  }

  /** Forgets all rows: their numbers have changed. */
  clear(): void {
    this.#places.fill(0);
  }

  /** How well an earlier query fits as the copy before translation: the more ends are the same; -1 if it is none. */
  #score(before: number, key: DnsKey, p: Packet): number {
    const c = this.#rows.columns;
    const s = this.#rows.scratch;
    const isAsked = c.id[before] === key.id && c.qtype[before] === key.qtype && c.name[before] === key.name;
    const isSameServer = c.server[before] === key.server && c.serverPort[before] === key.serverPort;
    const isSameClient = c.client[before] === key.client && c.clientPort[before] === key.clientPort;
    if (!isAsked || c.counted[before] !== 1 || (isSameServer && isSameClient)) return -1;
    if (s.ipId[before] !== p.ipId) return -1;
    const hops = (s.ttl[before] as number) - p.ttl;
    const isForwarded = p.ipId === 0 ? key.name !== 0 && hops > 0 : hops >= 0;
    if (!isForwarded) return -1;
    return isSameServer ? 2 : isSameClient ? 1 : 0;
  }
}
