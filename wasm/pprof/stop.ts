/** Why loops stop: no more has room, the bytes end within a message, or the next field is not of a common form. */
export const FULL: i32 = 0;
export const CUT: i32 = 1;
export const ODD: i32 = 2;

/** Where they stopped. */
export let at: usize = 0;

/** Notes where it is; returns why. */
export function stop(where: usize, why: i32): i32 {
  at = where;
  return why;
}
