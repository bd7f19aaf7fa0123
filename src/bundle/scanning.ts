import type { ByteSource, Model } from "../bytes/index.ts";
import { chunksOf } from "./chunks.ts";
import type { AnyFormat } from "./formats.ts";

/**
 * Lets formats that read in one pass look on while a source is streamed for others.
 *
 * @param source may be streamed once
 * @returns `watched`, the same source, which may be streamed once or not at all, and left early; `scanned` reads what is left, and
 *   gives each format's model
 */
export function scanning(
  source: ByteSource,
  formats: readonly AnyFormat[],
  path: string,
): { watched: ByteSource; scanned: () => Promise<(readonly [AnyFormat, Model])[]> } {
  const scans = formats.flatMap((format) => {
    const scan = format.scan?.(path);
    return scan ? [{ format, scan }] : [];
  });
  if (scans.length === 0) return { watched: source, scanned: async () => [] };
  let started = false;
  async function* stream(): AsyncGenerator<Uint8Array> {
    started = true;
    const chunks = chunksOf(source);
    const next = async (): Promise<Uint8Array | undefined> => {
      const result = await chunks.next();
      if (result.done === true) return undefined;
      for (const { scan } of scans) scan.take(result.value);
      return result.value;
    };
    try {
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
    } finally {
      // Whoever leaves early has seen enough; a scan needs the rest.
      while ((await next()) !== undefined);
    }
  }
  return {
    watched: { size: source.size, stream },
    async scanned() {
      if (!started) for await (const _ of stream());
      return scans.map(({ format, scan }) => [format, scan.finish()] as const);
    },
  };
}
