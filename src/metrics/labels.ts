/** A metric's name and labels. */
export interface Selector {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** A name, quoted or not; then `=` and a quoted value where it is a label. A last comma may follow. */
const PART =
  /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([a-zA-Z_:][\w:.-]*))\s*(?:=\s*"((?:[^"\\]|\\[\s\S])*)")?\s*(,|$)/y;

/**
 * Reads `name{label="value",…}`, or `{"name",label="value"}` where the name is not of ASCII letters.
 *
 * @returns `undefined` where it is neither
 */
export function parseSelector(text: string): Selector | undefined {
  const brace = text.indexOf("{");
  const name = (brace === -1 ? text : text.slice(0, brace)).trim();
  if (brace === -1) return /^[a-zA-Z_:][\w:.]*$/.test(name) ? { name, labels: new Map() } : undefined;
  if (!/^(?:[a-zA-Z_:][\w:.]*)?$/.test(name)) return undefined;
  const close = text.lastIndexOf("}");
  if (close < brace || text.slice(close + 1).trim() !== "") return undefined;
  const inner = text.slice(brace + 1, close).trim();
  const labels = new Map<string, string>();
  let inside = "";
  PART.lastIndex = 0;
  while (PART.lastIndex < inner.length) {
    const [found, quoted, plain, value] = PART.exec(inner) ?? [];
    if (found === undefined) return undefined;
    const key = quoted === undefined ? (plain ?? "") : unescaped(quoted);
    if (value === undefined) {
      if (quoted === undefined || name !== "" || inside !== "") return undefined;
      inside = key;
    } else labels.set(key, unescaped(value));
  }
  return { name: name || inside || (labels.get("__name__") ?? ""), labels: without(labels) };
}

function without(labels: Map<string, string>): ReadonlyMap<string, string> {
  labels.delete("__name__");
  return labels;
}

function unescaped(text: string): string {
  return text.includes("\\")
    ? text.replace(/\\([\s\S])/g, (_, of: string) => (of === "n" ? "\n" : of))
    : text;
}

/** Writes what {@link parseSelector} reads. */
export function formatSelector(name: string, labels: Iterable<readonly [string, string]>): string {
  const isPlain = /^[a-zA-Z_:][\w:]*$/.test(name);
  const parts = Array.from(labels, ([key, value]) => `${plainOrQuoted(key)}=${quote(value)}`);
  if (isPlain || name === "") return parts.length === 0 && isPlain ? name : `${name}{${parts.join(",")}}`;
  return `{${[quote(name), ...parts].join(",")}}`;
}

const plainOrQuoted = (key: string): string => (/^[a-zA-Z_]\w*$/.test(key) ? key : quote(key));
const quote = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
