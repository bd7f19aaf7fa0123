/** The middle one of some numbers, the upper of two; 0 for none. */
export function median(values: readonly number[]): number {
  // Without a comparison of one's own a typed array is sorted many times faster.
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0;
}
