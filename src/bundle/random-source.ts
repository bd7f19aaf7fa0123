import type { ByteSource } from "../bytes/index.ts";

/** A source that can be read at will. */
export type RandomSource = ByteSource & Required<Pick<ByteSource, "read">>;

/** Whether a source can be read at will. */
export function isRandom(source: ByteSource): source is RandomSource {
  return source.read !== undefined;
}
