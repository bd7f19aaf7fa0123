import type { Packet } from "../packet.ts";

/** Copies of one packet on several interfaces come within this time. */
const COPY_WINDOW = 0.05;
/** Packets that a copy is looked for among. */
const RECENT = 16;
const FNV_PRIME = 0x01000193;

/** What tells one packet of a conversation from the next. */
interface Recent<Owner> {
  readonly owner: Owner;
  readonly time: number;
  /** Of the transport header and the payload, as far as they were captured. */
  readonly hash: number;
  readonly length: number;
  readonly ipId: number;
  readonly ttl: number;
  readonly tunnel: number;
  readonly direction: number;
}

/** Finds the packets that were captured on more than one interface. */
export class Copies<Owner> {
  readonly #recent: Recent<Owner>[] = [];

  /** What the packet's first copy belongs to; `undefined` for a packet that is none. */
  find(p: Packet): Owner | undefined {
    const hash = hashOf(p);
    for (const before of this.#recent) {
      const isSame =
        before.hash === hash &&
        before.length === p.payloadLength &&
        before.ipId === p.ipId &&
        Math.abs(p.time - before.time) < COPY_WINDOW;
      if (!isSame) continue;
      // Without an identification, two packets that are alike may be two: it is one only where it was seen elsewhere.
      const isElsewhere =
        before.ttl !== p.ttl || before.tunnel !== p.tunnel || before.direction !== p.direction;
      if (p.ipId !== 0 || isElsewhere) return before.owner;
    }
    return undefined;
  }

  /** Notes a packet that is no copy. */
  add(p: Packet, owner: Owner): void {
    const { time, ipId, ttl, tunnel, direction } = p;
    this.#recent.push({
      owner,
      time,
      hash: hashOf(p),
      length: p.payloadLength,
      ipId,
      ttl,
      tunnel,
      direction,
    });
    if (this.#recent.length > RECENT) this.#recent.shift();
  }
}

/** Without the checksum, which the network card fills in later. */
function hashOf(p: Packet): number {
  const { bytes, flags, sequence, acknowledgement, window, optionsAt, payloadAt, payloadEnd } = p;
  let hash = Math.imul(flags + 1, 0x9e3779b1);
  const isTcp = flags >= 0;
  if (isTcp)
    for (const word of [sequence, acknowledgement, window])
      hash = Math.imul(hash ^ word, FNV_PRIME) ^ (hash >>> 15);
  for (let at = isTcp ? optionsAt : payloadAt; at < payloadEnd; at++)
    hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  return hash;
}
