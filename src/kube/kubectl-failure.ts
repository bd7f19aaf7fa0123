/** A text that is a complaint and nothing else is short. */
const LONGEST = 8 * 1024;
const MOST_LINES = 16;

/** What kubectl says in place of objects. */
const COMPLAINT = new RegExp(
  [
    "^error: the server doesn't have a resource type ",
    "^error: You must be logged in to the server",
    "^error: no matches for kind ",
    "^error: context .* does not exist",
    "^error: no configuration has been provided",
    "^error: stat .*kubeconfig.*: no such file",
    "^Unable to connect to the server: ",
    "^The connection to the server \\S+ was refused - did you specify the right host or port\\?",
    "^Error from server(?: \\([A-Za-z]+\\))?: ",
    "^(?:the server|The server) (?:was unable to return|is currently unable)",
    "^No resources found in \\S+ namespace\\.",
    // Before kubectl 1.18 of one namespace as of all.
    "^No resources found\\.$",
  ].join("|"),
);
/** Its client tells the same once for each try. */
const NOISE =
  /^E\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\.go:\d+\] |^\s*$|^command terminated with exit code |^(?:[$#]|\S+[$#]) .*\b(?:kubectl|oc)\b/;

/** The complaint of a kubectl that failed, where a text is nothing else. Of one namespace nothing is to be learnt by `No resources found`. */
export function failureOf(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const lines = text.split("\n", MOST_LINES + 1).map((line) => line.trimEnd());
  if (lines.length > MOST_LINES) return undefined;
  const telling = lines.filter((line) => !NOISE.test(line));
  return telling.length > 0 && telling.every((line) => COMPLAINT.test(line)) ? telling[0] : undefined;
}

/** Whether kubectl says that nothing was found in the whole cluster: of a namespace it names that, since 1.18. */
export const isEmptyListing = (text: string): boolean =>
  text.length < LONGEST && /^\s*No resources found\s*$/.test(text);
