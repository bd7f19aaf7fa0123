import { be32, le32 } from "./words.ts";

/** Types of the blocks that are read (draft-ietf-opsawg-pcapng, section 11.1). */
export const BlockType = {
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  statistics: 5,
  enhancedPacket: 6,
  /** The same in either byte order. */
  section: 0x0a0d0d0a,
} as const;
/**
 * Blocks without a packet that Wireshark 4.0 numbers as frames nevertheless: journal entries, custom blocks, Sysdig
 * events. Ours would be numbered differently if they did not count.
 */
export const COUNTED: ReadonlySet<number> = new Set([9, 0xbad, 0x40000bad, 0x204, 0x208, 0x216, 0x221]);
/** The byte-order magic, as its bytes stand in a section of either order. */
export const BIG = 0x1a2b3c4d;
export const LITTLE = 0x4d3c2b1a;
/** Largest block whose content is looked at. */
export const MAX_BLOCK = 4 << 20;
/** Types that a block which is looked for may have, besides {@link COUNTED}. */
const LAST_COMMON_TYPE = 10;

export function isPacketBlock(type: number): boolean {
  return (
    type === BlockType.enhancedPacket || type === BlockType.simplePacket || type === BlockType.obsoletePacket
  );
}

/** Where the block that may begin at `at` would end; 0 if it can be none. Both its lengths must be there and equal. */
export function endOfBlock(b: Uint8Array, at: number, end: number, littleEndian: boolean): number {
  if (!mayBeBlock(b, at, littleEndian)) return 0;
  const isLittle = isLittleAt(b, at, littleEndian);
  const length = u32(b, at + 4, isLittle);
  return at + length <= end && u32(b, at + length - 4, isLittle) === length ? at + length : 0;
}

/** Whether the twelve bytes at `at` may begin a block of a section in that byte order, or a section of its own. */
export function mayBeBlock(b: Uint8Array, at: number, littleEndian: boolean): boolean {
  const isSection = be32(b, at) >>> 0 === BlockType.section;
  const order = isSection ? be32(b, at + 8) : 0;
  if (isSection && order !== BIG && order !== LITTLE) return false;
  const isLittle = isLittleAt(b, at, littleEndian);
  const type = u32(b, at, isLittle);
  const length = u32(b, at + 4, isLittle);
  const isKnown = isSection || (type > 0 && type <= LAST_COMMON_TYPE) || COUNTED.has(type);
  return isKnown && length >= 12 && length <= MAX_BLOCK && length % 4 === 0;
}

/** The byte order that a block at `at` would have: a section says it itself. */
function isLittleAt(b: Uint8Array, at: number, littleEndian: boolean): boolean {
  return be32(b, at) >>> 0 === BlockType.section ? be32(b, at + 8) === LITTLE : littleEndian;
}

function u32(b: Uint8Array, at: number, littleEndian: boolean): number {
  return (littleEndian ? le32(b, at) : be32(b, at)) >>> 0;
}
