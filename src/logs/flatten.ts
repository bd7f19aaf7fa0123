/** A run of backslashes with what it escapes: always as long as can be, so that each is looked at once. */
const ESCAPED = /\\+(?:u[0-9a-fA-F]{4}|[^\\])?/g;

/**
 * A line's text without the escapes of JSON, logfmt and Go's `%q`, however often they were put around each other: Docker's
 * json-file quotes what containerd had quoted before. Newlines and tabs become blanks. What it means stays; how it was nested doesn't.
 */
export function flatten(text: string): string {
  return text.includes("\\") ? text.replace(ESCAPED, unescaped) : text;
}

function unescaped(escape: string): string {
  const last = escape.at(-1) ?? "";
  if (escape.length >= 6 && escape.at(-5) === "u")
    return String.fromCharCode(Number.parseInt(escape.slice(-4), 16));
  if (last === '"' || last === "'" || last === "/") return last;
  if (last === "n" || last === "r" || last === "t") return " ";
  return last === "\\" ? "\\" : escape;
}
