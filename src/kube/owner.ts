import type { Json } from "./json.ts";
import { list, member, text } from "./json.ts";

/** The owner that manages an object, as its `ownerReferences` say. */
export function controllerOf(
  value: Json | undefined,
): { readonly kind: string; readonly name: string } | undefined {
  const owner = list(value, "metadata", "ownerReferences").find(
    (each) => member(each, "controller") === true,
  );
  return owner === undefined
    ? undefined
    : { kind: text(owner, "kind") ?? "", name: text(owner, "name") ?? "" };
}
