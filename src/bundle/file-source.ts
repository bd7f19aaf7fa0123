import { closeSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../bytes/index.ts";

/** Small enough to stay in the processor's cache between the copy into it and its reading. */
const CHUNK = 256 * 1024;

/** A regular file, read through one reused chunk. Opening and reading may throw the system's own errors. */
export function fileSource(path: string, size: number): ByteSource {
  return {
    size,
    *stream() {
      const fd = openSync(path, "r");
      try {
        const chunk = new Uint8Array(Math.min(CHUNK, Math.max(size, 4096)));
        for (;;) {
          const length = readSync(fd, chunk, 0, chunk.length, null);
          if (length === 0) return;
          yield chunk.subarray(0, length);
        }
      } finally {
        closeSync(fd);
      }
    },
    read(position, length) {
      const fd = openSync(path, "r");
      try {
        const bytes = new Uint8Array(length);
        return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
      } finally {
        closeSync(fd);
      }
    },
  };
}
