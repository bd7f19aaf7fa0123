import { NONE } from "./packet.ts";
import { finish } from "./words.ts";

const FIRST_SLOTS = 1 << 12;
/** Between these the table grows in larger steps: what is left behind is not soon given back to the system. */
const LARGE = 1 << 14;
const VERY_LARGE = 1 << 16;
/** Words of a slot: both addresses, the ports, the network that either way goes through, the value, the connection's row + 1. */
const STRIDE = 7;
const VNI = 3;
const VALUE = 5;
const CONNECTION = 6;

/** Set in a value beside a row: plain packets of this conversation change nothing any more. */
const SETTLED = 1 << 30;
/** Stands for the row of a connection that is not followed. */
export const IGNORED = -2;
/** Values from here down count the packets of a conversation without a row: two bits each way. */
const SEEN = -16;
/** The value of a conversation whose row was dropped, or whose packets are counted elsewhere. */
const GONE = -1000;

/**
 * Finds what is known of a TCP conversation by its addresses and ports, either way round. The value is a row of the
 * handshake table, or, for a conversation whose beginning was not captured, how many packets went which way.
 * Encapsulated and plain copies of a conversation are one; the same addresses in two networks are two. Each way may have a
 * network's number of its own: Cilium puts the sender's identity there, OVN and EVPN that of the receiver's subnet.
 */
export class FlowIndex {
  #slots = new Int32Array(STRIDE * FIRST_SLOTS);
  #spare = new Int32Array(0);
  #mask = FIRST_SLOTS - 1;
  #count = 0;
  readonly #limit: number;
  /** Conversations without a row that were forgotten, by whether they were seen both ways. */
  #both = 0;
  #one = 0;

  /** Set by {@link look}: whether the first address given is the smaller one of the key. */
  forward = true;
  /** The slot that {@link look} found last; another call or a remapping makes it stale. */
  current = 0;
  /** How often the conversations were given new slots: what was known of slots before is stale. */
  moves = 0;

  /** @param limit most conversations; those without a row are forgotten then */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Looks a conversation up, and adds it if it is new.
   *
   * @returns the slot, valid until the next call
   */
  look(a: number, aPort: number, b: number, bPort: number, vni: number): number {
    const forward = a < b || (a === b && aPort <= bPort);
    this.forward = forward;
    const low = forward ? a : b;
    const high = forward ? b : a;
    const ports = forward ? (aPort << 16) | bPort : (bPort << 16) | aPort;
    const own = forward ? VNI : VNI + 1;
    const slots = this.#slots;
    let slot = hashOf(low, high, ports) & this.#mask;
    let best = -1;
    let bestOther = 0;
    for (;;) {
      const at = slot * STRIDE;
      if (slots[at + VALUE] === 0) break;
      if (slots[at] === low && slots[at + 1] === high && slots[at + 2] === ports) {
        const known = slots[at + own] as number;
        if (known === vni || vni === NONE) return (this.current = at);
        // This way was not seen yet: rather the conversation whose other way has the same number, or none.
        const other = slots[at + (own === VNI ? VNI + 1 : VNI)] as number;
        if (known === NONE && (best < 0 || other === vni || (other === NONE && bestOther !== vni))) {
          best = at;
          bestOther = other;
        }
      }
      slot = (slot + 1) & this.#mask;
    }
    if (best < 0) best = this.#add(low, high, ports, forward ? vni : NONE, forward ? NONE : vni);
    else slots[best + own] = vni;
    return (this.current = best);
  }

  /** Takes the outcome of an earlier {@link look} for that of the last, where nothing has moved since. */
  found(slot: number, forward: boolean): void {
    this.current = slot;
    this.forward = forward;
  }

  /** The network in which the conversation was seen, one way or the other; `NONE` if in none. */
  vni(slot: number): number {
    const own = this.#slots[slot + VNI] as number;
    return own === NONE ? (this.#slots[slot + VNI + 1] as number) : own;
  }

  /**
   * The row that an error is about, whose sender may be in any network.
   *
   * @param fits whether it is this row, among those of the same addresses and ports
   * @returns -1 if there is none
   */
  about(a: number, aPort: number, b: number, bPort: number, fits: (row: number) => boolean): number {
    const forward = a < b || (a === b && aPort <= bPort);
    const low = forward ? a : b;
    const high = forward ? b : a;
    const ports = forward ? (aPort << 16) | bPort : (bPort << 16) | aPort;
    const slots = this.#slots;
    let slot = hashOf(low, high, ports) & this.#mask;
    for (; slots[slot * STRIDE + VALUE] !== 0; slot = (slot + 1) & this.#mask) {
      const at = slot * STRIDE;
      const isKey = slots[at] === low && slots[at + 1] === high && slots[at + 2] === ports;
      const row = isKey ? this.row(at) : -1;
      if (row >= 0 && fits(row)) return row;
    }
    return -1;
  }

  /** The handshake's row at a slot; -1 if its beginning was not seen. */
  row(slot: number): number {
    const value = this.#slots[slot + VALUE] as number;
    return value > 0 ? (value & ~SETTLED) - 1 : -1;
  }

  /** Gives the slot a row of its own, and takes the connection from it: what follows belongs to another. */
  setRow(slot: number, row: number): void {
    this.#slots[slot + VALUE] = row + 1;
    this.#slots[slot + CONNECTION] = 0;
  }

  /** The connection's row at a slot; -1 if it has none yet. */
  connection(slot: number): number {
    return (this.#slots[slot + CONNECTION] as number) - 1;
  }

  setConnection(slot: number, row: number): void {
    this.#slots[slot + CONNECTION] = row + 1;
  }

  /** Whether {@link settle} was called for the slot's row. */
  isSettled(slot: number): boolean {
    return (this.#slots[slot + VALUE] as number) >= SETTLED;
  }

  /** Notes that plain packets of this conversation need no look at its row. */
  settle(slot: number): void {
    (this.#slots[slot + VALUE] as number) |= SETTLED;
  }

  /** Counts a packet, up to three each way, of a conversation without a row. */
  see(slot: number, forward: boolean): void {
    const seen = SEEN - (this.#slots[slot + VALUE] as number);
    if (seen > 15) return;
    const shift = forward ? 0 : 2;
    if (((seen >> shift) & 3) < 3) this.#slots[slot + VALUE] = SEEN - (seen + (1 << shift));
  }

  /** How many conversations without a row were seen both ways, and how many one way only, with three packets or more. */
  ways(): { both: number; one: number } {
    let both = this.#both;
    let one = this.#one;
    for (let at = VALUE; at < this.#slots.length; at += STRIDE) {
      const seen = SEEN - (this.#slots[at] as number);
      if (seen < 0 || seen > 15) continue;
      const forward = seen & 3;
      const backward = seen >> 2;
      if (forward > 0 && backward > 0) both++;
      else if (forward === 3 || backward === 3) one++;
    }
    return { both, one };
  }

  /** Follows rows to their new places; of conversations whose row was dropped the beginning counts as not seen. */
  remap(to: Int32Array): void {
    const slots = this.#slots;
    for (let at = VALUE; at < slots.length; at += STRIDE) {
      const value = slots[at] as number;
      if (value > 0) slots[at] = moved(value, to);
    }
    this.#rebuild(slots.length);
  }

  /** Forgets the conversations that have no row. */
  forget(): void {
    const { both, one } = this.ways();
    this.#both = both;
    this.#one = one;
    for (let at = VALUE; at < this.#slots.length; at += STRIDE)
      if ((this.#slots[at] as number) < 0) this.#slots[at] = GONE;
    this.#rebuild(this.#slots.length);
  }

  /** Follows the rows of connections to their new places. */
  remapConnections(to: Int32Array): void {
    const slots = this.#slots;
    for (let at = CONNECTION; at < slots.length; at += STRIDE) {
      const row = (slots[at] as number) - 1;
      if (row >= 0) slots[at] = (to[row] as number) + 1;
    }
  }

  #add(low: number, high: number, ports: number, vni: number, backVni: number): number {
    if (this.#count >= this.#limit) this.forget();
    if (this.#count * 3 > this.#mask * 2)
      this.#rebuild(this.#slots.length * (this.#mask < LARGE || this.#mask > VERY_LARGE ? 2 : 4));
    return this.#insert(low, high, ports, vni, backVni, SEEN, 0);
  }

  #insert(
    low: number,
    high: number,
    ports: number,
    vni: number,
    backVni: number,
    value: number,
    connection: number,
  ): number {
    const slots = this.#slots;
    let slot = hashOf(low, high, ports) & this.#mask;
    while (slots[slot * STRIDE + VALUE] !== 0) slot = (slot + 1) & this.#mask;
    const at = slot * STRIDE;
    this.#count++;
    slots[at] = low;
    slots[at + 1] = high;
    slots[at + 2] = ports;
    slots[at + VNI] = vni;
    slots[at + VNI + 1] = backVni;
    slots[at + VALUE] = value;
    slots[at + CONNECTION] = connection;
    return at;
  }

  /** Leaves out the slots that are gone and have no connection, and gives the others their places in a table of that length. */
  #rebuild(length: number): void {
    this.moves++;
    const slots = this.#slots;
    let live = 0;
    for (let at = 0; at < slots.length; at += STRIDE) {
      const value = slots[at + VALUE] as number;
      if (value === 0 || (value === GONE && (slots[at + CONNECTION] as number) <= 0)) continue;
      if (live < at) slots.copyWithin(live, at, at + STRIDE);
      live += STRIDE;
    }
    let kept = slots;
    if (length === slots.length) {
      // A flood comes here again and again: one array serves all times.
      if (this.#spare.length < live) this.#spare = new Int32Array(Math.max(live, 2 * this.#spare.length));
      kept = this.#spare;
      kept.set(slots.subarray(0, live));
      slots.fill(0);
    } else this.#slots = new Int32Array(length);
    this.#mask = length / STRIDE - 1;
    this.#count = 0;
    for (let at = 0; at < live; at += STRIDE)
      this.#insert(
        kept[at] as number,
        kept[at + 1] as number,
        kept[at + 2] as number,
        kept[at + VNI] as number,
        kept[at + VNI + 1] as number,
        kept[at + VALUE] as number,
        kept[at + CONNECTION] as number,
      );
  }
}

/** Cheaper than `mix`: this runs for every packet. */
function hashOf(low: number, high: number, ports: number): number {
  return finish(Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77) ^ Math.imul(ports, 0xc2b2ae3d));
}

function moved(value: number, to: Int32Array): number {
  const row = to[(value & ~SETTLED) - 1] as number;
  return row < 0 ? GONE : (row + 1) | (value & SETTLED);
}
