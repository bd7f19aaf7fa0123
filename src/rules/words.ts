/** A count with its noun: `1 pair`, `2 pairs`, `1 query`, `2 queries` where the plural is given. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** A share in whole percent: `87%`. */
export const percent = (part: number, whole: number): string => `${Math.round((part / whole) * 100)}%`;
