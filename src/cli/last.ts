/** An option that takes one value and is given again: the last one counts, not a list. */
export function last<T>(value: T | readonly T[]): T {
  return Array.isArray(value) ? (value.at(-1) as T) : (value as T);
}
