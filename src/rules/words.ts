/** A count with its noun: `1 pair`, `2 pairs`, `1 query`, `2 queries` where the plural is given. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** A share of one as people write it: `37%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
