import { linesOf } from "../bytes/index.ts";

/** Longest text that may be a complaint and nothing else. */
const MOST_LINES = 4;
const LONGEST_LINE = 1000;
/** What shells, loaders and programs say in place of output. */
const COMPLAINT = new RegExp(
  [
    "command not found",
    "(?:^|: )not found$",
    "not installed",
    "no such file or directory",
    "permission denied",
    "operation not (?:permitted|supported)",
    "operation failed",
    "you (?:need to|must) be root",
    "is not recognized",
    "unknown option",
    "invalid option",
    "unrecognized option",
    "module .* not (?:found|loaded)",
    "can't (?:initialize|open)",
    "cannot open",
  ].join("|"),
  "i",
);
const HINT = /^(?:Try |Usage: |Perhaps |See )/;

/**
 * The complaint of a collected command that failed: its text is an error message and nothing else. Collectors keep such a
 * text under the name of the output that they wanted.
 *
 * @param program what the complaint must name for it to be this command's
 */
export function commandFailure(text: string, program: RegExp): string | undefined {
  const lines: string[] = [];
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    if (trimmed !== "") lines.push(trimmed);
    if (lines.length > MOST_LINES || trimmed.length > LONGEST_LINE) return undefined;
  }
  const [first] = lines;
  if (first === undefined || !program.test(first)) return undefined;
  return lines.every((line) => COMPLAINT.test(line) || HINT.test(line)) ? first : undefined;
}
