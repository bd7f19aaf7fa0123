/**
 * The first of some names, and how many more there are: `a, b and 3 more`.
 *
 * @param rest what the others are called
 */
export function firstOf(names: readonly (string | number)[], most: number, rest = "more"): string {
  const left = names.length - most;
  return left > 0 ? `${names.slice(0, most).join(", ")} and ${left} ${rest}` : names.join(", ");
}
