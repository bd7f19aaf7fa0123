/** The middle one of some numbers, the upper of two; 0 for none. NaN counts as the largest. */
export function median(values: ArrayLike<number>): number {
  const numbers = new Float64Array(values);
  const middle = numbers.length >> 1;
  for (const number of numbers) if (Number.isNaN(number)) return numbers.sort()[middle] ?? 0;
  let low = 0;
  let high = numbers.length - 1;
  // Hoare's selection: what lies on the other side of the middle is never put in order.
  while (low < high) {
    const pivot = numbers[(low + high) >> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((numbers[left] as number) < pivot) left++;
      while ((numbers[right] as number) > pivot) right--;
      if (left > right) break;
      const moved = numbers[left] as number;
      numbers[left++] = numbers[right] as number;
      numbers[right--] = moved;
    }
    if (middle <= right) high = right;
    else if (middle >= left) low = left;
    else break;
  }
  return numbers[middle] ?? 0;
}
