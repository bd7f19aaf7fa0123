import { RE2JS } from "re2js";
import { InquestError } from "../bytes/index.ts";

/** A test of texts, as a RegExp is one. */
export interface Matcher {
  test(text: string): boolean;
}

/**
 * Compiles a regular expression as pprof takes it, in RE2's syntax. It takes linear time whatever the expression and the
 * text, and profiles bring expressions of their own (`drop_frames`).
 *
 * @param what names the expression in the error
 * @throws {InquestError} `misuse` where it is none
 */
export function re2(expression: string, what: string): Matcher {
  try {
    const compiled = RE2JS.compile(expression);
    return { test: (text) => compiled.matcher(text).find() };
  } catch (error) {
    throw new InquestError("misuse", `${what} is not a regular expression: ${expression}`, { cause: error });
  }
}
