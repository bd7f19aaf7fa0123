// Words as they stand in packets, big-endian, and hashes. Whoever reads has checked that the bytes are there.

export function be16(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}

export function be32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Mixes a 32-bit value into a hash (the steps of MurmurHash3). */
export function mix(hash: u32, value: u32): u32 {
  const h = hash ^ (rotl<u32>(value * 0xcc9e2d51, 15) * 0x1b873593);
  return rotl<u32>(h, 13) * 5 + 0xe6546b64;
}

/** Spreads a hash over all its bits (MurmurHash3's finaliser). */
export function finish(hash: u32): u32 {
  let h = hash ^ (hash >> 16);
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** Whether two runs of bytes are the same, wherever they stand. */
export function isEqual(a: usize, b: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  for (; at < length; at++) if (load<u8>(a + at) != load<u8>(b + at)) return false;
  return true;
}

/** The next place that a table may begin at: whole cache lines. */
export function aligned(at: usize): usize {
  return (at + 63) & ~63;
}
