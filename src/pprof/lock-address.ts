import { ascii, CLOSE_PAREN, COMMA, hasAt, hasBefore } from "./ascii.ts";

const SYNC = ascii("sync.(*");
const INTERNAL = ascii("internal/");
const METHODS = ["Mutex).lockSlow", "Mutex).Lock", "Mutex).RLock"].map(ascii);
const ADDRESS = ascii("0x");

/**
 * Where the address of the lock begins that a call waits for: the receiver of a method of `sync.Mutex` or `sync.RWMutex`.
 * `undefined` for other calls, and where Go doesn't know it any more, which it marks with `?` or prints as `...`.
 *
 * @param open the parenthesis before the arguments, where the function's name ends
 */
export function lockAddress(
  bytes: Uint8Array,
  start: number,
  open: number,
  end: number,
): { readonly start: number; readonly stop: number } | undefined {
  const name = hasAt(bytes, start, open, INTERNAL) ? start + INTERNAL.length : start;
  if (!hasAt(bytes, name, open, SYNC)) return undefined;
  if (!METHODS.some((method) => hasBefore(bytes, name, open, method))) return undefined;
  const first = open + 1;
  if (!hasAt(bytes, first, end, ADDRESS)) return undefined;
  let stop = first + ADDRESS.length;
  while (stop < end && isHex(bytes[stop])) stop++;
  return bytes[stop] === COMMA || bytes[stop] === CLOSE_PAREN ? { start: first, stop } : undefined;
}

const isHex = (byte = 0): boolean => (byte >= 0x30 && byte < 0x3a) || (byte >= 0x61 && byte < 0x67);
