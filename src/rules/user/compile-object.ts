import { compileComparison } from "./compile-search.ts";
import type { SoughtObject } from "./form.ts";
import type { FieldOf } from "./object-fields.ts";
import { stepsOf } from "./object-fields.ts";
import { namePattern } from "./pattern.ts";
import type { Placed, Report } from "./shape.ts";

/** The field of objects that was written. */
export function compileObject({ value, offset }: Placed<SoughtObject>, report: Report): FieldOf | undefined {
  const { kind, path, is, exists, name = "*", namespace = "*" } = value;
  if ((is === undefined) === (exists === undefined)) {
    report({ message: "a field of objects needs one of the keys is and exists", offset });
    return undefined;
  }
  return {
    kind,
    path: path.value,
    steps: stepsOf(path.value),
    isNamed: namePattern(name),
    isIn: namePattern(namespace),
    ...(is !== undefined && { is: compileComparison(is) }),
    exists,
  };
}
