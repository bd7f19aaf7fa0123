import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { ZstdFrames } from "./zstd-frames.ts";

/** As for gzip: output that no bundle of evidence needs more of. */
const FREE_OUTPUT = 4 * 1024 ** 3;
const MAX_RATIO = 100;

/**
 * A Zstandard stream (RFC 8878) as the source of what it holds; all frames of it, without checking their checksums. Damage ends
 * the stream early and is told through `report`, after the bytes that could be read. The decoder is loaded when it is first
 * needed.
 *
 * @param freeOutput bytes that may be in it however few it is packed in
 */
export function zstdSource(
  packed: ByteSource,
  report: (diagnostic: Diagnostic) => void,
  freeOutput: number = FREE_OUTPUT,
): ByteSource {
  return {
    size: undefined,
    async *stream() {
      const { Decompress } = await import("fzstd");
      const blocks: Uint8Array[] = [];
      const frames = new ZstdFrames(
        () => new Decompress((block) => (block.length > 0 ? blocks.push(block) : undefined)),
      );
      const tell = (code: string, written: number, message: string) =>
        report({ effect: written > 0 ? "partial" : "unread", code, message });
      let read = 0;
      let written = 0;
      for await (const chunk of packed.stream()) {
        // The decoder keeps what it waits with, while the source fills its buffer again.
        const piece = chunk.slice();
        for (let at = 0; at < piece.length;) {
          const before = at;
          try {
            at = frames.push(piece, at);
          } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            const message = `the zstd stream can't be read on (${why}); ${written} bytes could be read`;
            tell("zstd-corrupt", written, message);
            return;
          }
          read += at - before;
          for (const block of blocks) {
            written += block.length;
            yield block;
          }
          blocks.length = 0;
          if (written > freeOutput + read * MAX_RATIO) {
            const message = `the zstd stream holds more than ${written} bytes; the rest was left out`;
            tell("zstd-limit", written, message);
            return;
          }
        }
        if (frames.hasTrailingBytes) break;
      }
      if (frames.hasTrailingBytes) {
        const message = "bytes that are no zstd frame follow the zstd stream and were left out";
        report({ effect: "note", code: "zstd-trailing-bytes", message });
      } else if (!frames.isWhole) {
        tell("zstd-cut", written, `the zstd stream ends before its end; ${written} bytes could be read`);
      }
    },
  };
}
