import type { Diagnostic } from "./diagnostic.ts";

/** What came out of a gzip file. */
export interface Gunzipped {
  readonly bytes: Uint8Array;
  /** `gzip-cut`, `gzip-corrupt`, `gzip-trailing-bytes` or `gzip-limit`, each `partial` or `note`; empty when whole. */
  readonly diagnostics: readonly Diagnostic[];
}
