import { createGunzip, createInflateRaw } from "node:zlib";
import type { ByteSource, Diagnostic } from "../bytes/index.ts";

const CHUNK = 1024 * 1024;
/** Output that no bundle of evidence needs more of: a floor for small files, and a ratio beyond it. */
const FREE_OUTPUT = 4 * 1024 ** 3;
const MAX_RATIO = 100;

/** The two forms of deflated data, and what diagnostics call them. */
const FORMS = {
  gzip: { name: "gzip", engine: () => createGunzip({ chunkSize: CHUNK }) },
  deflate: { name: "deflate", engine: () => createInflateRaw({ chunkSize: CHUNK }) },
} as const;

/**
 * A gzip stream as the source of what it inflates to. Damage ends the stream early and is told through
 * `report`, after the bytes that could be read.
 */
export function gunzipSource(packed: ByteSource, report: (diagnostic: Diagnostic) => void): ByteSource {
  return inflated(packed, report, "gzip");
}

/** As {@link gunzipSource}, of deflated data without a head (RFC 1951), as members of zip archives are. */
export function inflateSource(packed: ByteSource, report: (diagnostic: Diagnostic) => void): ByteSource {
  return inflated(packed, report, "deflate");
}

function inflated(
  packed: ByteSource,
  report: (diagnostic: Diagnostic) => void,
  form: keyof typeof FORMS,
): ByteSource {
  const { name, engine } = FORMS[form];
  return {
    size: undefined,
    async *stream() {
      let read = 0;
      let written = 0;
      const gunzip = engine();
      const closed = new Promise<void>((done) => gunzip.once("close", done));
      // zlib works on a chunk until it says so: the source may fill it again only then, and it need not be copied.
      async function feed(): Promise<void> {
        try {
          for await (const chunk of packed.stream()) {
            read += chunk.length;
            const taken = new Promise<void>((done) => gunzip.write(chunk, () => done()));
            await Promise.race([taken, closed]);
            if (gunzip.destroyed) return;
          }
          gunzip.end();
        } catch (error) {
          gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      }
      const fed = feed();
      try {
        for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
          written += chunk.length;
          if (written > FREE_OUTPUT + read * MAX_RATIO) {
            report({
              effect: "partial",
              code: `${name}-limit`,
              message: `the ${name} stream inflates to more than ${written} bytes; the rest was left out`,
            });
            return;
          }
          yield chunk;
        }
      } catch (error) {
        report(damage(error, written, name));
      } finally {
        gunzip.destroy();
        await fed;
      }
    },
  };
}

function damage(error: unknown, written: number, name: string): Diagnostic {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const why = error instanceof Error ? error.message : String(error);
  if (code === "Z_BUF_ERROR") {
    const message = `the ${name} stream ends before its end; ${written} bytes could be inflated`;
    return { effect: written > 0 ? "partial" : "unread", code: `${name}-cut`, message };
  }
  const message = `the ${name} stream is corrupt (${why}); ${written} bytes could be inflated`;
  return { effect: written > 0 ? "partial" : "unread", code: `${name}-corrupt`, message };
}
