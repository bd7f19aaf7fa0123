/** Numbers as Go's fmt prints them: exact halves go to the even neighbour, where JavaScript's toFixed goes away from zero. */

/** `%.2f`. */
export function fixed2(value: number): string {
  return roundHalfEven(value, 2);
}

/** `%.1f`. */
export function fixed1(value: number): string {
  return roundHalfEven(value, 1);
}

/** `%.2g`: two significant digits, trailing zeros dropped, an exponent of at least two digits below 1e-4. */
export function general2(value: number): string {
  if (value === 0) return "0";
  const exponent = Number(value.toExponential(1).split("e")[1]);
  if (exponent < -4 || exponent >= 2) {
    const [mantissa = "", power = "0"] = value.toExponential(1).split("e");
    const digits = String(Math.abs(Number(power))).padStart(2, "0");
    return `${mantissa.replace(/\.0$/, "")}e${Number(power) < 0 ? "-" : "+"}${digits}`;
  }
  return roundHalfEven(value, 1 - exponent)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/**
 * toFixed rounds the exact binary value. Only a tie makes a difference, where Go picks the even digit and toFixed the larger
 * one; and a double is a tie only where so few halvings make it, since a decimal tie is odd in 2^(digits + 1) parts.
 */
function roundHalfEven(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const magnitude = Math.abs(value);
  if (!Number.isInteger(magnitude * 2 ** (digits + 1))) return text;
  const scaled = magnitude * 10 ** digits;
  const floor = Math.floor(scaled);
  if (scaled - floor !== 0.5 || floor % 2 !== 0) return text;
  const down = (floor / 10 ** digits).toFixed(digits);
  return value < 0 ? `-${down}` : down;
}
