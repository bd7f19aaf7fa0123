import { styleText } from "node:util";
import type { TextOptions } from "../report/index.ts";

/** Widest that a text is laid out. */
const WIDEST = 120;

/** How a text is laid out for where it goes. */
export function layout({
  output,
  color,
}: {
  readonly output: string | undefined;
  readonly color: boolean | undefined;
}): TextOptions {
  const toTerminal = output === undefined && process.stdout.isTTY;
  const noColor = (process.env["NO_COLOR"] ?? "") !== "";
  return {
    ...(toTerminal && { width: Math.min(process.stdout.columns, WIDEST) }),
    ...((color ?? (toTerminal && !noColor)) && {
      paint: (style, text) => styleText(style, text, { validateStream: false }),
    }),
  };
}
