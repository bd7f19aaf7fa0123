// The loops over a file's records. They take as many plain packets as there are, one after the other; at anything else they stop, and
// leave it to the readers in src/pcap.
import { NONE, p } from "./packet";
import { datagram, heldUntil } from "./datagram";
import { DATAGRAM, NOTHING, OTHER, plain } from "./plain";
import { segment } from "./segment";
import { stamp } from "./timeline";

const RECORD_HEADER: usize = 16;
/** An enhanced packet block's bytes before and behind the packet (draft-ietf-opsawg-pcapng, section 4.3). */
const BLOCK_HEADER: u32 = 28;
const BLOCK_END: u32 = 4;
const ENHANCED_PACKET: u32 = 6;

/** Frames so far, and the seconds of the last packet: as the reader has them, which takes them over afterwards. */
export let frames: u32 = 0;
export let lastSeconds: u32 = 0;

export function setFrames(count: u32): void {
  frames = count;
}

export function setLastSeconds(seconds: u32): void {
  lastSeconds = seconds;
}

/**
 * Takes the plain packets of a classic pcap file (draft-ietf-opsawg-pcap).
 *
 * @param at and `end`: the bytes at hand
 * @param isNano whether times are in nanoseconds, not microseconds
 * @param most captured bytes that a record can have
 * @returns the address of the first record that was not taken
 */
export function classic(from: usize, end: usize, linkType: i32, isBig: bool, isNano: bool, most: u32): usize {
  const units: u32 = isNano ? 1000000000 : 1000000;
  let at = from;
  while (end - at >= RECORD_HEADER) {
    let seconds = load<u32>(at);
    let fraction = load<u32>(at + 4);
    let captured = load<u32>(at + 8);
    if (isBig) {
      seconds = bswap<u32>(seconds);
      fraction = bswap<u32>(fraction);
      captured = bswap<u32>(captured);
    }
    const start = at + RECORD_HEADER;
    if (captured > most || captured > <u32>(end - start) || fraction >= units) break;
    if (!take(linkType, start, start + captured, seconds, isNano ? fraction : fraction * 1000)) break;
    lastSeconds = seconds;
    at = start + captured;
  }
  return at;
}

/**
 * Takes the plain packets of a pcapng section of little-endian order, from interfaces whose times count microseconds or nanoseconds.
 *
 * @param at and `end`: the bytes at hand
 * @param interfaces two words for each: its link type, or -1 where its times are counted in another way, and whether in nanoseconds
 * @returns the address of the first block that was not taken
 */
export function enhanced(from: usize, end: usize, interfaces: usize, count: u32): usize {
  let at = from;
  while (end - at >= BLOCK_HEADER + BLOCK_END) {
    const size = load<u32>(at + 4);
    const captured = load<u32>(at + 20);
    const number = load<u32>(at + 8);
    if (load<u32>(at) != ENHANCED_PACKET || size > <u32>(end - at) || number >= count || captured > size)
      break;
    // Options stand behind the packet; few writers have any.
    if (((captured + 3) & ~3) + BLOCK_HEADER + BLOCK_END != size || load<u32>(at + size - 4) != size) break;
    const linkType = load<i32>(interfaces + 8 * number);
    if (linkType == NONE) break;
    const ticks = ((<u64>load<u32>(at + 12)) << 32) | load<u32>(at + 16);
    const isNano = load<u32>(interfaces + 8 * number + 4) != 0;
    const units: u64 = isNano ? 1000000000 : 1000000;
    const seconds = ticks / units;
    if (seconds > u32.MAX_VALUE) break;
    const rest = <u32>(ticks - seconds * units);
    const start = at + BLOCK_HEADER;
    if (!take(linkType, start, start + captured, <u32>seconds, isNano ? rest : rest * 1000)) break;
    at += size;
  }
  return at;
}

/** Takes a packet if it is a plain one; whether it is. */
export function take(linkType: i32, start: usize, end: usize, seconds: u32, nanoseconds: u32): bool {
  const what = plain(linkType, start, end);
  if (what == OTHER) return false;
  const time = stamp(seconds, nanoseconds);
  if (isNaN(time) || (what == DATAGRAM && time > heldUntil)) return false;
  frames++;
  if (what == NOTHING) return true;
  p.time = time;
  p.micros = seconds * 1000000 + nanoseconds / 1000;
  p.frame = frames;
  if (what == DATAGRAM) datagram();
  else segment();
  return true;
}
