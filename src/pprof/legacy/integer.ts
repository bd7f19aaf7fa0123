const MOST = 2n ** 63n - 1n;

/** The integer that decimal digits give; `undefined` where no int64 holds it. */
export function integer(digits: string | undefined): bigint | undefined {
  if (digits === undefined || !/^-?\d{1,19}$/.test(digits)) return undefined;
  const value = BigInt(digits);
  return value > MOST || value < -MOST ? undefined : value;
}

/** A double without its fraction; what no int64 holds becomes the nearest that there is. */
export function truncated(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (Math.abs(value) >= 2 ** 63) return value > 0 ? MOST : -MOST;
  return BigInt(Math.trunc(value));
}
