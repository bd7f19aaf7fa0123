/** What {@link lengthAt} answers where there is no varint: the longest has ten bytes. */
export const NO_VARINT: u32 = 11;

/** A bit for each of 64 bytes that ends a varint. */
export function endsAt(at: usize): u64 {
  const more =
    (<u64>i8x16.bitmask(v128.load(at))) |
    ((<u64>i8x16.bitmask(v128.load(at, 16))) << 16) |
    ((<u64>i8x16.bitmask(v128.load(at, 32))) << 32) |
    ((<u64>i8x16.bitmask(v128.load(at, 48))) << 48);
  return ~more;
}

/** How many bytes the varint has that begins there. */
export function lengthAt(at: usize): u32 {
  const ends = ~load<u64>(at) & 0x8080_8080_8080_8080;
  if (ends != 0) return ((<u32>ctz(ends)) >> 3) + 1;
  if (load<u8>(at, 8) < 0x80) return 9;
  return load<u8>(at, 9) < 0x80 ? 10 : NO_VARINT;
}

/** The varint of so many bytes that begins there. */
export function varintAt(at: usize, length: u32): u64 {
  let bits = load<u64>(at) & 0x7f7f_7f7f_7f7f_7f7f;
  if (length < 8) bits &= ((<u64>1) << (length << 3)) - 1;
  // Groups of seven bits become such of 14, 28 and 56.
  bits = (bits & 0x007f_007f_007f_007f) | ((bits >> 1) & 0x3f80_3f80_3f80_3f80);
  bits = (bits & 0x0000_3fff_0000_3fff) | ((bits >> 2) & 0x0fff_c000_0fff_c000);
  bits = (bits & 0x0000_0000_0fff_ffff) | ((bits >> 4) & 0x00ff_ffff_f000_0000);
  if (length > 8) bits |= (<u64>(load<u8>(at, 8) & 0x7f)) << 56;
  if (length > 9) bits |= (<u64>load<u8>(at, 9)) << 63;
  return bits;
}

/** How many bytes the varint of at most 14 bits has that begins there; 3 where it is longer. */
export function shortLengthAt(at: usize): u32 {
  const two = <u32>load<u16>(at);
  const more = (two >>> 7) & 1;
  return 1 + more + (more & (two >>> 15));
}

/** The varint of at most 14 bits that begins there. */
export function shortAt(at: usize): usize {
  const two = <u32>load<u16>(at);
  return <usize>((two & 0x7f) | ((two >>> 1) & 0x3f80 & -((two >>> 7) & 1)));
}
