/** Texts of several lists, each once, in the order in which they first stand. */
export function union(...lists: readonly (readonly string[] | undefined)[]): string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
