// Reads of fixed width. The callers have checked that the bytes are there; 32-bit reads are signed, so that V8 keeps
// them as small integers; `>>> 0` makes them what the wire means.

export const be16 = (b: Uint8Array, at: number): number => ((b[at] as number) << 8) | (b[at + 1] as number);

export const be32 = (b: Uint8Array, at: number): number =>
  ((b[at] as number) << 24) |
  ((b[at + 1] as number) << 16) |
  ((b[at + 2] as number) << 8) |
  (b[at + 3] as number);

export const le16 = (b: Uint8Array, at: number): number => ((b[at + 1] as number) << 8) | (b[at] as number);

export const le32 = (b: Uint8Array, at: number): number =>
  ((b[at + 3] as number) << 24) |
  ((b[at + 2] as number) << 16) |
  ((b[at + 1] as number) << 8) |
  (b[at] as number);

/** Mixes a 32-bit value into a hash (the steps of MurmurHash3). */
export function mix(hash: number, value: number): number {
  let v = Math.imul(value, 0xcc9e2d51);
  v = (v << 15) | (v >>> 17);
  let h = hash ^ Math.imul(v, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** Spreads a hash over all its bits (MurmurHash3's finaliser). */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
