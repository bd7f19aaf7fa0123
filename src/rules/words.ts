/** A count with its noun: `1 pair`, `2 pairs`, `1 query`, `2 queries` where the plural is given. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** An amount of memory: `24 kB`, `312 MB`, `1.4 GB`. Units are powers of 1,024, as pprof's. */
export function size(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GB`;
  return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MB` : `${Math.round(bytes / 2 ** 10)} kB`;
}

/** A length of time in its largest whole unit: `40 seconds`, `8 minutes`, `3 hours`, `12 days`. */
export function span(nanos: bigint): string {
  const units: readonly [string, bigint][] = [
    ["day", 86_400n],
    ["hour", 3600n],
    ["minute", 60n],
  ];
  const seconds = nanos / 1_000_000_000n;
  const [unit, length] = units.find(([, length]) => seconds >= 2n * length) ?? ["second", 1n];
  return count(Number(seconds / length), unit);
}

/** A share in whole percent: `87%`. */
export const percent = (part: number, whole: number): string => `${Math.round((part / whole) * 100)}%`;

/** {@link span} of seconds. */
export const seconds = (length: number): string =>
  span(BigInt(Math.max(0, Math.round(length))) * 1_000_000_000n);

/** A time of seconds since 1970, as the API writes it. */
export const timeOf = (at: number): string => new Date(at * 1000).toISOString().replace(".000Z", "Z");

/** A text as the beginning of a sentence. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
