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
const SOURCE = 4;
const DESTINATION = 5;
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
    const { bytes, sourceAt } = p;
    const from = be32(bytes, sourceAt);
    const to = be32(bytes, p.destinationAt);
    const ports = (p.sourcePort << 16) | p.destinationPort;
    const hash = Math.imul(from, 0x9e3779b1) + Math.imul(to, 0x85ebca77) + Math.imul(ports, 0xc2b2ae3d);
    const at = ((hash | 0) >>> (32 - PLACES_LOG)) * STRIDE;
    const places = this.#places;
    if (places[at] === from && places[at + 1] === to && places[at + PORTS] === ports) {
      const known = places[at + SLOT] as number;
      if (known !== 0) {
        this.source = places[at + SOURCE] as number;
        this.destination = places[at + DESTINATION] as number;
        this.#flows.found(known - 1, places[at + FORWARD] !== 0);
        return known - 1;
      }
    }
    const slot = this.#look(p);
    if (slot < 0) return slot;
    if (this.#moves !== this.#flows.moves) this.#forget();
    places[at] = from;
    places[at + 1] = to;
    places[at + PORTS] = ports;
    places[at + SLOT] = slot + 1;
    places[at + SOURCE] = this.source;
    places[at + DESTINATION] = this.destination;
    places[at + FORWARD] = this.#flows.forward ? 1 : 0;
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
