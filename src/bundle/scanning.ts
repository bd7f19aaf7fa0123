import type { ByteSource, Model } from "../bytes/index.ts";
import type { AnyFormat } from "./formats.ts";
import { watchedSource } from "./watched-source.ts";

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
  const { watched, finish } = watchedSource(source, (chunk) => {
    for (const { scan } of scans) scan.take(chunk);
    return true;
  });
  return {
    watched,
    async scanned() {
      await finish();
      return scans.map(({ format, scan }) => [format, scan.finish()] as const);
    },
  };
}
