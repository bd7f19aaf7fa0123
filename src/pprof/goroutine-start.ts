import { ascii, EQUALS, hasAt, OPEN_BRACKET, skipDigits, SPACE } from "./ascii.ts";
import { GOROUTINE } from "./goroutine-header.ts";

const PROFILE = ascii("profile: ");

/** Whether what stands at an offset may be a goroutine's header, or the first line of a profile of goroutines: a quick look. */
export function mayBegin(bytes: Uint8Array, start: number): boolean {
  if (!hasAt(bytes, start, bytes.length, GOROUTINE)) return false;
  const digits = start + GOROUTINE.length;
  const stop = skipDigits(bytes, digits, bytes.length);
  if (stop === digits) return hasAt(bytes, digits, bytes.length, PROFILE);
  if (bytes[stop] !== SPACE) return false;
  return bytes[stop + 1] === OPEN_BRACKET || bytes[stop + 2] === EQUALS || bytes[stop + 3] === EQUALS;
}
