import type { ByteSource } from "../bytes/index.ts";
import { chunksOf } from "./chunks.ts";

/**
 * Lets something look at a source's bytes as they pass, and at those that its reader leaves.
 *
 * @param source may be streamed once
 * @param look is given each chunk; `false` where it needs no more, which is then neither shown nor, behind the reader, read
 * @returns `watched`, the same source, which may be streamed once or not at all, and left early; `finish` reads what is left,
 *   and tells whether all was looked at
 */
export function watchedSource(
  source: ByteSource,
  look: (chunk: Uint8Array) => boolean,
): { watched: ByteSource; finish: () => Promise<boolean> } {
  let started = false;
  let wants = true;
  let isWhole = false;
  async function* stream(): AsyncGenerator<Uint8Array> {
    started = true;
    const chunks = chunksOf(source);
    const mayGoOn = (): boolean => wants;
    const next = async (): Promise<Uint8Array | undefined> => {
      const result = await chunks.next();
      if (result.done === true) {
        isWhole = wants;
        return undefined;
      }
      wants &&= look(result.value);
      return result.value;
    };
    try {
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
    } finally {
      // Whoever leaves early has seen enough; who looks on may not have.
      while (mayGoOn() && (await next()) !== undefined);
      await chunks.return(undefined);
    }
  }
  return {
    watched: { size: source.size, stream },
    async finish() {
      if (!started) for await (const _ of stream());
      return isWhole;
    },
  };
}
