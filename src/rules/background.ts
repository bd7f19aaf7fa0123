/** What a network loses that nothing is wrong with, at the most: one packet of so many. */
const ONE_IN = 10_000;
/** Beyond what is to be expected, in standard deviations: by chance it happens once in a thousand captures. */
const DEVIATIONS = 3;
/** So many within so few of all are no accident, however many there are in all. */
const CLUSTER = 3;
const CLOSE = 100;

/** How many of so many may have met with a loss, without anything being wrong: none of less than some thousand. */
export function lossesByChance(total: number): number {
  const expected = total / ONE_IN;
  return Math.floor(expected + DEVIATIONS * Math.sqrt(expected));
}

/**
 * Whether losses are as few, and as far from each other, as any network has. A capture that was taken for one slow lookup
 * has no thousands beside it that were well, and there one is evidence.
 *
 * @param lost the places of those that were lost among all, in order of time
 * @param total how many there are in all
 */
export function isByChance(lost: readonly number[], total: number): boolean {
  if (lost.length > lossesByChance(total)) return false;
  return lost.every((place, i) => {
    const first = lost[i - CLUSTER + 1];
    return first === undefined || place - first >= CLOSE;
  });
}
