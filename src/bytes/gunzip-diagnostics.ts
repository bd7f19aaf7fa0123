import type { Diagnostic } from "./diagnostic.ts";

/** The diagnostics that every gunzip of ours gives, whichever library inflates. */
export const gzipCut = (read: number): Diagnostic => ({
  effect: "partial",
  code: "gzip-cut",
  message: `the gzip stream ends before its end; ${read} bytes could be inflated`,
});

export const gzipCorrupt = (read: number, why: string): Diagnostic => ({
  effect: "partial",
  code: "gzip-corrupt",
  message: `the gzip stream is corrupt (${why}); ${read} bytes could be inflated`,
});

export const gzipTrailingBytes = (): Diagnostic => ({
  effect: "note",
  code: "gzip-trailing-bytes",
  message: "bytes that are no gzip member follow the gzip stream and were left out",
});

export const gzipLimit = (limit: number): Diagnostic => ({
  effect: "partial",
  code: "gzip-limit",
  message: `the gzip stream inflates to more than ${limit} bytes; the rest was left out`,
});
