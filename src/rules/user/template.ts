import type { Placed, Report } from "./shape.ts";

/** What a template's names stand for. */
export type Values = ReadonlyMap<string, string>;

const NAME = /\{([A-Za-z_]\w*)\}/g;

/**
 * A text with names in braces.
 *
 * @param names those that there are; another is reported
 * @returns what fills it in; `undefined` where a value is missing
 */
export function template(
  { value: written, offset }: Placed<string>,
  names: ReadonlySet<string>,
  report: Report,
): (values: Values) => string | undefined {
  for (const [, name = ""] of written.matchAll(NAME))
    if (!names.has(name))
      report({
        message: `there is no {${name}} here; there are: ${[...names].map((one) => `{${one}}`).join(", ")}`,
        offset,
      });
  return (values) => {
    let isWhole = true;
    const filled = written.replaceAll(NAME, (_, name: string) => {
      const value = values.get(name);
      if (value === undefined) isWhole = false;
      return value ?? "";
    });
    return isWhole ? filled : undefined;
  };
}
