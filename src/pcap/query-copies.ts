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
/** Resolvers wait no longer for an answer. */
const OPEN = 30;

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
    const place = placeOf(key);
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
    if (best < 0) return;
    linkCopies(c, best, row);
    c.originalServer[row] = c.originalServer[best] as number;
    c.originalServerPort[row] = c.originalServerPort[best] as number;
    // A translation may have changed since the try before: only the client's own copies tell of which lookup it is.
    if (c.retryOf[row] === -1) c.retryOf[row] = this.#nearestToServer(c.retryOf[best] as number);
  }

  /** The copy of a query that counts. */
  #nearestToServer(copy: number): number {
    const c = this.#rows.columns;
    let row = copy;
    for (let left = LOOK_BACK; row >= 0 && c.counted[row] !== 1 && left > 0; left--)
      row = c.linked[row] as number;
    return row;
  }

  /** Forgets all rows: their numbers have changed. */
  clear(): void {
    this.#places.fill(0);
  }

  /**
   * The latest query that a response from elsewhere could be meant to answer: from that client's socket, with its id and
   * question, to another server, not answered yet; -1 for none.
   */
  askedElsewhere(key: DnsKey, time: number): number {
    const c = this.#rows.columns;
    const { previousSameQuestion } = this.#rows.scratch;
    let row = (this.#places[placeOf(key)] as number) - 1;
    for (let left = LOOK_BACK; row >= 0 && left > 0; left--) {
      const isOpen = c.rcode[row] === -1 && time - (c.time[row] as number) < OPEN;
      const isSameClient = c.client[row] === key.client && c.clientPort[row] === key.clientPort;
      if (isOpen && isSameClient && this.#isAsked(row, key)) return row;
      row = previousSameQuestion[row] as number;
    }
    return -1;
  }

  #isAsked(row: number, key: DnsKey): boolean {
    const c = this.#rows.columns;
    return (
      c.id[row] === key.id &&
      c.qtype[row] === key.qtype &&
      c.name[row] === key.name &&
      c.transport[row] === key.transport
    );
  }

  /** How well an earlier query fits as the copy before translation: the more ends are the same; -1 if it is none. */
  #score(before: number, key: DnsKey, p: Packet): number {
    const c = this.#rows.columns;
    const s = this.#rows.scratch;
    const isAsked = this.#isAsked(before, key);
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

function placeOf(key: DnsKey): number {
  return finish(mix(mix(mix(3, key.id), key.qtype), key.name)) & (PLACES - 1);
}
