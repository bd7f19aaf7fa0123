import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { XzProblem } from "./lzma2.ts";
import { XzCut, xzChunks } from "./xz-blocks.ts";

/** As for gzip: output that no bundle of evidence needs more of. xz packs what repeats more tightly. */
const FREE_OUTPUT = 4 * 1024 ** 3;
const MAX_RATIO = 100;

/**
 * An xz file as the source of what it holds; all streams of it. Damage ends it early and is told through `report`, after the bytes
 * that could be read.
 */
export function xzSource(packed: ByteSource, report: (diagnostic: Diagnostic) => void): ByteSource {
  return {
    size: undefined,
    async *stream() {
      const reader = new ChunkReader(packed);
      let written = 0;
      const tell = (code: string, message: string) =>
        report({ effect: written > 0 ? "partial" : "unread", code, message });
      try {
        for await (const chunk of xzChunks(reader)) {
          written += chunk.length;
          yield chunk;
          if (written <= FREE_OUTPUT + reader.position * MAX_RATIO) continue;
          tell("xz-limit", `the xz stream holds more than ${written} bytes; the rest was left out`);
          return;
        }
      } catch (error) {
        if (error instanceof XzCut)
          tell("xz-cut", `the xz stream ends before its end; ${written} bytes could be read`);
        else if (error instanceof XzProblem)
          tell(
            "xz-corrupt",
            `the xz stream can't be read on (${error.message}); ${written} bytes could be read`,
          );
        else throw error;
      } finally {
        await reader.close();
      }
    },
  };
}
