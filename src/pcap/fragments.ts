import type { DnsMessage } from "./dns-message.ts";
import { FragmentSlot, HOLDS_MESSAGE, State } from "./fragment-slot.ts";
import { NONE, Packet } from "./packet.ts";

/** Datagrams that are put together at once. Their fragments follow each other within a millisecond or so. */
const SLOTS = 64;
/** How long an answer's first fragment waits for the others, in seconds: no client asks again sooner. */
const HOLD = 0.1;
/** Fragments of one datagram, and its copies on other interfaces, come within this time. */
const LIFE = 1;
/** Frames that are kept of what was never completed. */
const KEPT_FRAMES = 16;

/** What became of the fragmented DNS answers over UDP of a capture. */
export interface FragmentCounts {
  /** Messages that all fragments were seen of, a copy on another interface counted again. */
  readonly reassembled: number;
  /**
   * Answers that only the first fragment was seen of, or not all others: they were lost, or left out by a capture filter
   * for the port, which later fragments do not have. What the first one tells is in the table.
   */
  readonly incomplete: number;
  /** The frames of some such first fragments. */
  readonly incompleteFrames: readonly number[];
  /** Datagrams whose fragments overlap without being equal, which Linux drops as an attack. */
  readonly overlapping: number;
  /** Of the incomplete ones those that were given up because too many were open at once. */
  readonly evicted: number;
}

/**
 * Puts DNS messages over UDP together from IP fragments (RFC 791, RFC 8200 section 4.5). A question is read from its first
 * fragment at once. An answer waits for its other fragments, and where they don't come its first one is given alone.
 */
export class Fragments {
  /** Capture time at which {@link flush} has something to give; infinity while nothing waits. */
  due = Infinity;
  /** Made as they are needed: most captures have no fragments. */
  readonly #slots: FragmentSlot[] = [];
  readonly #whole = new Packet(undefined, false);
  readonly #message: DnsMessage;
  readonly #give: (packet: Packet) => void;
  #reassembled = 0;
  #incomplete = 0;
  readonly #incompleteFrames: number[] = [];
  #overlapping = 0;
  #evicted = 0;

  /** @param give takes a UDP packet; the object is reused */
  constructor(message: DnsMessage, give: (packet: Packet) => void) {
    this.#message = message;
    this.#give = give;
  }

  get counts(): FragmentCounts {
    return {
      reassembled: this.#reassembled,
      incomplete: this.#incomplete,
      incompleteFrames: this.#incompleteFrames,
      overlapping: this.#overlapping,
      evicted: this.#evicted,
    };
  }

  /**
   * A fragment of a UDP datagram.
   *
   * @param isDns whether it is the first one and has a DNS port; later ones have no ports
   */
  packet(p: Packet, isDns: boolean): void {
    if (p.fragmentOffset === 0) {
      if (!isDns) return;
      const m = this.#message;
      if (m.parse(p.bytes, p.payloadAt, p.payloadEnd, p.payloadLength) && !m.isResponse && m.hasQuestion)
        return this.#give(p);
    }
    const slot = this.#find(p) ?? this.#begin(p);
    if (slot === undefined) return;
    const copies = slot.copies;
    if (!slot.add(p)) {
      if (slot.state !== State.overlapping) this.#overlapping++;
      slot.state = State.overlapping;
      return;
    }
    const isOpen = slot.state === State.waiting || slot.state === State.overlapping;
    if (isOpen && slot.hasFirst) this.due = Math.min(this.due, slot.time + HOLD);
    // Each copy of all fragments is a copy of the message.
    const isRefused = slot.state === State.given || slot.state === State.overlapping;
    if (slot.copies === copies || isRefused) return;
    slot.state = State.whole;
    this.#reassembled++;
    slot.fill(this.#whole, slot.total);
    this.#place(p.frame, p.offset, p.time, p.ttl, p);
    this.#give(this.#whole);
  }

  /** Gives alone what has waited long enough at this time. */
  flush(time: number): void {
    this.due = Infinity;
    for (const slot of this.#slots) {
      if (!slot.hasFirst || (slot.state !== State.waiting && slot.state !== State.overlapping)) continue;
      if (time > slot.time + HOLD) this.#giveUp(slot);
      else this.due = Math.min(this.due, slot.time + HOLD);
    }
  }

  #find(p: Packet): FragmentSlot | undefined {
    for (const slot of this.#slots) {
      if (slot.state === State.free || slot.id !== p.fragmentId || !slot.isOf(p)) continue;
      if (Math.abs(p.time - slot.time) < LIFE) return slot;
      // The identification came round, for another datagram.
      this.#giveUp(slot);
      slot.state = State.free;
    }
    return undefined;
  }

  /** A slot for another datagram; none for a later fragment where all wait for theirs. */
  #begin(p: Packet): FragmentSlot | undefined {
    let best: FragmentSlot | undefined;
    if (this.#slots.length < SLOTS) this.#slots.push(new FragmentSlot());
    for (const slot of this.#slots) if (best === undefined || isRatherGivenUp(slot, best)) best = slot;
    if (best === undefined || (best.worth === HOLDS_MESSAGE && p.fragmentOffset > 0)) return undefined;
    if (best.worth === HOLDS_MESSAGE) this.#evicted++;
    this.#giveUp(best);
    best.begin(p);
    return best;
  }

  /** Gives a first fragment without the others, where there is one that waits. */
  #giveUp(slot: FragmentSlot): void {
    const isOpen = slot.state === State.waiting || slot.state === State.overlapping;
    if (!isOpen || !slot.hasFirst) return;
    slot.state = State.given;
    this.#incomplete++;
    if (this.#incompleteFrames.length < KEPT_FRAMES) this.#incompleteFrames.push(slot.firstFrame);
    slot.fill(this.#whole, slot.firstEnd);
    this.#place(slot.firstFrame, slot.firstOffset, slot.firstTime, slot.firstTtl);
    this.#give(this.#whole);
  }

  #place(frame: number, offset: number, time: number, ttl: number, p?: Packet): void {
    const whole = this.#whole;
    whole.frame = frame;
    whole.offset = offset;
    whole.time = time;
    whole.ttl = ttl;
    whole.linkType = p?.linkType ?? NONE;
    whole.direction = p?.direction ?? 0;
  }
}

/** Whether a slot is a better one to take than another: what is done with first, then what has no beginning, then the oldest. */
function isRatherGivenUp(slot: FragmentSlot, than: FragmentSlot): boolean {
  const difference = slot.worth - than.worth;
  return difference === 0 ? slot.time < than.time : difference < 0;
}
