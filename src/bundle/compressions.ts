import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { isGzip } from "../bytes/index.ts";
import { gunzipSource } from "./gunzip-stream.ts";
import { isXz } from "./xz-blocks.ts";
import { xzSource } from "./xz-stream.ts";
import { isZstd } from "./zstd-frames.ts";
import { zstdSource } from "./zstd-stream.ts";

/** A way in which one file is compressed. */
export interface Compression {
  /** Whether bytes begin so. */
  recognise(head: Uint8Array): boolean;
  /** What they hold, to be streamed as often as they can be. Damage ends it early, and is told. */
  unpack(packed: ByteSource, report: (diagnostic: Diagnostic) => void): ByteSource;
}

const COMPRESSIONS: readonly Compression[] = [
  { recognise: isGzip, unpack: gunzipSource },
  { recognise: isZstd, unpack: zstdSource },
  { recognise: isXz, unpack: xzSource },
];

/** How a file is compressed, if it is. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  return COMPRESSIONS.find((compression) => compression.recognise(head));
}
