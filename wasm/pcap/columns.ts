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
