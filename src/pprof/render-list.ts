import type { List, ListFunction, ListLine } from "./list.ts";
import { percentage, scaledLabel } from "./measurement.ts";

/** Lines of source around what was measured, as pprof shows them. */
const MARGIN = 5;

/**
 * A {@link List} in the form of `go tool pprof -list`. Where there is no source, the measured lines stand without text.
 *
 * @param sourceOf the lines of a source file; `undefined` where it isn't there
 */
export function renderList(
  { unit, total, functions }: List,
  sourceOf: (file: string) => readonly string[] | undefined = () => undefined,
): string {
  const label = (value: bigint): string => scaledLabel(Number(value), unit, "minimum");
  const lines = [`Total: ${label(total)}`];
  const column = (value: bigint): string => (value === 0n ? "." : label(value)).padStart(10);
  for (const fn of functions) {
    if (fn.file === "") {
      lines.push(`No source information for ${fn.name}`);
      continue;
    }
    const share = percentage(Number(fn.cum), Number(total));
    lines.push(
      `ROUTINE ======================== ${fn.name} in ${fn.file}`,
      `${label(fn.flat).padStart(10)} ${label(fn.cum).padStart(10)} (flat, cum) ${share} of Total`,
    );
    const source = sourceOf(fn.file);
    for (const { line, flat, cum, text } of source ? annotated(fn, source) : bare(fn)) {
      lines.push(`${column(flat)} ${column(cum)} ${String(line).padStart(6)}:${text}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

type TextLine = ListLine & { readonly text: string };

const bare = ({ lines }: ListFunction): TextLine[] => lines.map((line) => ({ ...line, text: "" }));

function annotated({ startLine, lines }: ListFunction, source: readonly string[]): TextLine[] {
  const first = lines[0]?.line ?? 0;
  const last = lines.at(-1)?.line ?? 0;
  const from = Math.max(1, startLine === 0 ? first - MARGIN : Math.min(startLine, first));
  const to = Math.min(source.length, last + MARGIN);
  const measured = new Map(lines.map((line) => [line.line, line]));
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => {
    const line = from + i;
    return { ...(measured.get(line) ?? { line, flat: 0n, cum: 0n }), text: source[line - 1] ?? "" };
  });
}
