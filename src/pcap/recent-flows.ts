import type { Addresses } from "./addresses.ts";
import type { FlowIndex } from "./flow-index.ts";
import { NONE, type Packet } from "./packet.ts";
import { be32 } from "./words.ts";

/** Places, as a power of two: few enough to stay in the processor's nearest cache. */
const PLACES_LOG = 8;
/** Words of a place: what the packet says, then what was found for it. The slot is kept plus 1, 0 is a free place. */
const STRIDE = 8;
const PORTS = 2;
const SLOT = 3;
const LOW_ID = 4;
const HIGH_ID = 5;
const FORWARD = 6;

/**
 * Finds a packet's conversation and the ids of its addresses. Packets come in trains: what was found for the last ones is
 * kept by what IPv4's and TCP's headers say, so that most packets need no look at the large tables.
 */
export class RecentFlows {
  /** What {@link find} found beside the slot. */
  source = 0;
  destination = 0;
  readonly #addresses: Addresses;
  readonly #flows: FlowIndex;
  readonly #places = new Int32Array(STRIDE << PLACES_LOG);
  /** How often the index had moved its slots when all these places were filled. */
  #moves = 0;

  constructor(addresses: Addresses, flows: FlowIndex) {
    this.#addresses = addresses;
    this.#flows = flows;
  }

  /** The conversation's slot, as `FlowIndex.look` gives it; -1 where an address has no id. */
  find(p: Packet): number {
    if (p.version !== 4 || p.vni !== NONE) return this.#look(p);
    if (this.#moves !== this.#flows.moves) this.#forget();
    const from = be32(p.bytes, p.sourceAt);
    const to = be32(p.bytes, p.destinationAt);
    const { sourcePort, destinationPort } = p;
    // Both ways have one place, which says what is true of the way from the smaller address.
    const isBack = from > to || (from === to && sourcePort > destinationPort);
    const low = isBack ? to : from;
    const high = isBack ? from : to;
    const ports = isBack ? (destinationPort << 16) | sourcePort : (sourcePort << 16) | destinationPort;
    const hash = Math.imul(low, 0x9e3779b1) + Math.imul(high, 0x85ebca77) + Math.imul(ports, 0xc2b2ae3d);
    const at = ((hash | 0) >>> (32 - PLACES_LOG)) * STRIDE;
    const places = this.#places;
    const known = places[at + SLOT] as number;
    if (known !== 0 && places[at] === low && places[at + 1] === high && places[at + PORTS] === ports) {
      this.source = places[at + (isBack ? HIGH_ID : LOW_ID)] as number;
      this.destination = places[at + (isBack ? LOW_ID : HIGH_ID)] as number;
      this.#flows.found(known - 1, (places[at + FORWARD] !== 0) !== isBack);
      return known - 1;
    }
    const slot = this.#look(p);
    if (slot < 0) return slot;
    if (this.#moves !== this.#flows.moves) this.#forget();
    places[at] = low;
    places[at + 1] = high;
    places[at + PORTS] = ports;
    places[at + SLOT] = slot + 1;
    places[at + LOW_ID] = isBack ? this.destination : this.source;
    places[at + HIGH_ID] = isBack ? this.source : this.destination;
    places[at + FORWARD] = this.#flows.forward !== isBack ? 1 : 0;
    return slot;
  }

  #look(p: Packet): number {
    const source = this.#addresses.lease(p.bytes, p.sourceAt, p.version);
    const destination = this.#addresses.lease(p.bytes, p.destinationAt, p.version);
    if (source < 0 || destination < 0) return -1;
    this.source = source;
    this.destination = destination;
    return this.#flows.look(source, p.sourcePort, destination, p.destinationPort, p.vni);
  }

  #forget(): void {
    this.#moves = this.#flows.moves;
    this.#places.fill(0);
  }
}
