/**
 * Something a decoder noticed about its input. Damaged evidence never throws: a decoder returns what it could
 * read, and one diagnostic for each thing that it could not.
 */
export interface Diagnostic {
  /**
   * What it did to the model: `note` lost nothing that was asked for, `partial` means that something is missing,
   * `unread` means that nothing of the artifact could be used.
   */
  readonly effect: "note" | "partial" | "unread";
  /** A stable, kebab-case name of the condition, such as `gzip-cut` or `bad-record-length`. */
  readonly code: string;
  /** One sentence for a person; it names what was seen and, where it helps, what was expected. */
  readonly message: string;
  /** Byte offset in the decoder's input where the condition begins. */
  readonly offset?: number;
  /** One-based line in the decoder's input, for text. */
  readonly line?: number;
  /** Of several inputs that were read as one, the one that it is about, counted from 0. */
  readonly part?: number;
}

/** The worst effect among diagnostics, in the words that a report uses for an artifact. */
export function statusOf(diagnostics: readonly Diagnostic[]): "read" | "partial" | "unread" {
  if (diagnostics.some((d) => d.effect === "unread")) return "unread";
  return diagnostics.some((d) => d.effect === "partial") ? "partial" : "read";
}

/** The messages of the diagnostics that cost something, as one reason; `undefined` when nothing was lost. */
export function reasonOf(diagnostics: readonly Diagnostic[]): string | undefined {
  const costly = diagnostics.filter((d) => d.effect !== "note").map((d) => d.message);
  return costly.length === 0 ? undefined : [...new Set(costly)].join("; ");
}
