/** `namespace/name`; the name alone where a table doesn't show the namespace. */
export const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  namespace === "" ? name : `${namespace}/${name}`;
