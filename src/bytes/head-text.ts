import { decodeText, isText } from "./lines.ts";
import { memo } from "./memo.ts";

/**
 * The text of an artifact's head; `undefined` where it is none. Every recogniser asks this of the same head: it is decoded once.
 *
 * @param head as {@link Format.recognise} has it, never mutated
 */
export const headText: (head: Uint8Array) => string | undefined = memo((head) =>
  isText(head) ? decodeText(head) : undefined,
);
