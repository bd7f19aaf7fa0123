/** A function that works its answer out once for each object that it is asked about, and keeps it as long as the object lives. */
export function memo<Key extends object, Value>(make: (about: Key) => Value): (about: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (about) => {
    let found = known.get(about);
    if (!found) known.set(about, (found = { value: make(about) }));
    return found.value;
  };
}
