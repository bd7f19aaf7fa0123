/** One line of a text. */
export interface Line {
  /** Without its line ending. */
  readonly text: string;
  /** One-based. */
  readonly number: number;
}

/**
 * The text of bytes that should be UTF-8. A byte-order mark is dropped, a UTF-16 text with its mark is read as
 * such, and what is no UTF-8 becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

/** Texts of so many characters, as heads of artifacts are, are cut into lines once for all who ask one after the other. */
const SHARED_LENGTH = 64 * 1024;
let shared: { readonly text: string; readonly lines: readonly Line[] } = { text: "", lines: [] };

/** The lines of a text, whatever ends them: LF, CRLF or CR at the end. A last line without an ending counts. */
export function linesOf(text: string): Iterable<Line> {
  if (text.length > SHARED_LENGTH) return cutIntoLines(text);
  if (text !== shared.text) shared = { text, lines: [...cutIntoLines(text)] };
  return shared.lines;
}

function* cutIntoLines(text: string): Generator<Line> {
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    let trimmed = end;
    while (trimmed > start && text.charCodeAt(trimmed - 1) === 13) trimmed--;
    yield { text: text.slice(start, trimmed), number };
    start = end + 1;
  }
}

/**
 * Whether bytes look like text: no NUL and almost no control bytes. An empty artifact is no text.
 *
 * @param head the first bytes; a character cut at their end is no fault
 */
export function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  if (head[0] === 0xff && head[1] === 0xfe) return true;
  let control = 0;
  // By index: an iterator costs several times as much, and every artifact's head comes here.
  for (let at = 0; at < head.length; at++) {
    const byte = head[at] as number;
    if (byte >= 32) continue;
    if (byte === 0) return false;
    if (byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) control++;
  }
  return control * 50 <= head.length;
}
