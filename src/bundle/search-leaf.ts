import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { isText, reasonOf } from "../bytes/index.ts";
import type { Content, FoundArtifact } from "./artifact.ts";
import type { TextSearch } from "./text-search.ts";
import { TextScan } from "./text-search.ts";

/** Most bytes of one text that are searched: what a small file inflates to has no end. */
const MOST_SEARCHED = 2 ** 31;

/**
 * Reads a file and searches its text on the way: what the decoders leave unread is searched behind them.
 *
 * @param read gives the file's artifacts
 */
export async function* searchLeaf(
  { path, head, source }: { path: string; head: Uint8Array; source: ByteSource },
  transport: readonly Diagnostic[],
  searches: readonly TextSearch[],
  read: (source: ByteSource) => AsyncGenerator<FoundArtifact>,
): AsyncGenerator<FoundArtifact> {
  const wanting = searches.filter((search) => search.wants(path));
  if (wanting.length === 0 || !isText(head)) {
    yield* read(source);
    return;
  }
  const scan = new TextScan(wanting);
  const watched = watch(source, scan);
  const artifacts: FoundArtifact[] = [];
  for await (const artifact of read(watched.source)) artifacts.push(artifact);
  const isWhole = (await watched.finish()) && reasonOf(transport) === undefined;
  const searched = scan.end(isWhole);
  yield* artifacts.map((artifact) => ({ ...artifact, searched }));
}

/** A source whose bytes are searched as they pass; it may be streamed once. */
function watch(source: ByteSource, scan: TextScan): { source: ByteSource; finish(): Promise<boolean> } {
  let started = false;
  let searched = 0;
  let isWhole = false;
  async function* stream(): AsyncGenerator<Uint8Array> {
    started = true;
    const chunks = (async function* () {
      yield* source.stream();
    })();
    const mayGoOn = (): boolean => searched <= MOST_SEARCHED;
    const next = async (): Promise<Uint8Array | undefined> => {
      const result = await chunks.next();
      if (result.done === true) {
        isWhole = mayGoOn();
        return undefined;
      }
      searched += result.value.length;
      if (mayGoOn()) scan.push(result.value);
      return result.value;
    };
    try {
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
    } finally {
      while (mayGoOn()) if ((await next()) === undefined) break;
      await chunks.return(undefined);
    }
  }
  return {
    source: { size: source.size, stream },
    async finish() {
      if (!started) for await (const chunk of stream()) void chunk;
      return isWhole;
    },
  };
}

/** What no decoder knows and a search looked at counts as read: a text. */
export function asText(artifact: FoundArtifact): FoundArtifact {
  const { path, kind, status, searched } = artifact;
  if (!searched || kind !== "unknown" || status !== "unread") return artifact;
  const content: Content = { kind: "text", model: { lines: searched.lines, diagnostics: [] } };
  if (searched.isWhole) return { path, kind: "text", status: "read", content, searched };
  return { path, kind: "text", status: "partial", reason: "it was cut", content, searched };
}
