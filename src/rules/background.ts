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
  return lost.length <= lossesByChance(total) && !areClose(lost);
}

/** Whether several follow close upon each other. */
function areClose(places: readonly number[]): boolean {
  return places.some((place, i) => {
    const first = places[i - CLUSTER + 1];
    return first !== undefined && place - first < CLOSE;
  });
}

/**
 * Those of the lost that have one thing alike, such as a client, a server or a name, of which hardly any went well: few among all, they are no
 * accident among their own kind.
 *
 * @param all in order of time
 * @param kindOf what those of one kind have alike
 */
export function lostOfOneKind(
  all: Iterable<number>,
  lost: ReadonlySet<number>,
  kindOf: (row: number) => number,
): ReadonlySet<number> {
  const kinds = new Map<number, { seen: number; rows: number[]; places: number[] }>();
  for (const row of lost) kinds.set(kindOf(row), { seen: 0, rows: [], places: [] });
  for (const row of all) {
    const kind = kinds.get(kindOf(row));
    if (!kind) continue;
    if (lost.has(row)) {
      kind.rows.push(row);
      kind.places.push(kind.seen);
    }
    kind.seen++;
  }
  return new Set([...kinds.values()].flatMap(({ rows, places }) => (areClose(places) ? rows : [])));
}
