import { type ByteSource, decodeText, type Diagnostic, readAll } from "../bytes/index.ts";

/** The text of a source, and what was left out of it. */
export async function textOf(
  source: ByteSource,
  limit: number,
): Promise<{ text: string; diagnostics: Diagnostic[] }> {
  const { bytes, complete } = await readAll(source, limit);
  const text = decodeText(bytes);
  if (complete) return { text, diagnostics: [] };
  const message = `the file is longer than ${limit} bytes; the rest was left out`;
  return { text, diagnostics: [{ effect: "partial", code: "text-limit", message }] };
}
