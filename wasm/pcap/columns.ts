/**
 * Chooses which rows of a full table stay: all of the newest quarter, and of the others those that are worth keeping; or, if that makes
 * too little room, the newer half.
 *
 * @param to where in words stands 1 for each row that is worth keeping; where each row goes is written there, -1 for those that are dropped
 * @returns how many stay
 */
export function chooseRows(to: usize, length: i32): i32 {
  const newest = length - (length >> 2);
  let kept = 0;
  for (let row = 0; row < length; row++)
    store<i32>(to + 4 * row, row >= newest || load<i32>(to + 4 * row) != 0 ? kept++ : -1);
  if (kept <= newest) return kept;
  kept = 0;
  for (let row = 0; row < length; row++) store<i32>(to + 4 * row, row >= length >> 1 ? kept++ : -1);
  return kept;
}

/**
 * Moves a column's rows to their new places, and clears what is behind them.
 *
 * @param size of a row in bytes
 * @param to where the new places stand, in words: ascending, -1 for rows that are dropped
 */
export function compactColumn(column: usize, size: usize, to: usize, length: i32, kept: i32): void {
  for (let row = 0; row < length; row++) {
    const place = load<i32>(to + 4 * row);
    if (place >= 0 && place != row) memory.copy(column + size * place, column + size * row, size);
  }
  memory.fill(column + size * kept, 0, size * (length - kept));
}
