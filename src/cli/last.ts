import { DASH } from "./outcome.ts";

/** An option that takes one value and is given again: the last one counts, not a list. */
export function last<T>(value: T | readonly T[]): T {
  return Array.isArray(value) ? (value.at(-1) as T) : (value as T);
}

/** The same of a text that is no path, where a lone dash means itself. */
export function lastText(value: string | readonly string[]): string {
  const text = last(value);
  return text === DASH ? "-" : text;
}
