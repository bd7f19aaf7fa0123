/** The members of a list by a key, in order; those without one are left out. */
export function listsBy<T, Key>(all: readonly T[], keyOf: (one: T) => Key | undefined): Map<Key, T[]> {
  const lists = new Map<Key, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const list = lists.get(key);
    if (list) list.push(one);
    else lists.set(key, [one]);
  }
  return lists;
}
