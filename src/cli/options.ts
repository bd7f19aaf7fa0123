import type { Argv, Options } from "yargs";
import { last, lastText } from "./last.ts";
import { InquestError } from "../bytes/index.ts";

/** A text, the last one where it is given again. */
export const text = (describe: string): Options & { type: "string" } => ({
  type: "string",
  requiresArg: true,
  coerce: lastText,
  describe,
});
const number = (describe: string, coerce: (given: number | readonly number[]) => number) =>
  ({ type: "number", requiresArg: true, coerce, describe }) as const;
/** A whole number. */
export const count = (name: string, describe: string) =>
  number(describe, (given) => {
    const value = last(given);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new InquestError("misuse", `--${name} needs a whole number`);
  });
/** Seconds. */
export const seconds = (name: string, describe: string) =>
  number(describe, (given) => {
    const value = last(given);
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new InquestError("misuse", `--${name} needs a number of seconds`);
  });
/** A share. */
export const fraction = (name: string, describe: string) =>
  number(describe, (given) => {
    const value = last(given);
    if (value >= 0 && value <= 1) return value;
    throw new InquestError("misuse", `--${name} needs a number from 0 to 1`);
  });
/** A path, where a lone dash keeps its meaning. */
export const output = (describe: string): Options & { type: "string" } => ({
  ...text(describe),
  coerce: last<string>,
});
/** An option that is given or not. */
export const flag = (describe: string) => ({ type: "boolean", default: false, describe }) as const;
/** Given again for each further one: it must not swallow the paths that follow. */
export const several = (describe: string) =>
  ({
    type: "string",
    requiresArg: true,
    coerce: (given: string | string[]) => [given].flat(),
    describe,
  }) as const;

/** Text or JSON. */
export function formatOption<Args>(
  argv: Argv<Args>,
  describe = "A table, or what the library returns",
): Argv<Args & { format: "text" | "json" }> {
  return argv.option("format", {
    choices: ["text", "json"] as const,
    default: "text" as const,
    requiresArg: true,
    coerce: last<"text" | "json">,
    describe,
  });
}

/** How what is made of whole bundles is written. */
export interface ReportArgs {
  format: "text" | "json";
  output: string | undefined;
  quiet: boolean;
  color: boolean | undefined;
}

/** @param what it is, such as `report` */
export function reportOptions<Args>(argv: Argv<Args>, what: string): Argv<Args & ReportArgs> {
  return formatOption(argv, `Form of the ${what}`)
    .option("output", output(`Write the ${what} to a file`))
    .option("quiet", flag("No progress on standard error"))
    .option("color", { type: "boolean", describe: "Colours; --no-color or NO_COLOR for none" });
}
