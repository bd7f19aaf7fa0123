import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { HEAD_LENGTH, decodeText, isText, reasonOf } from "../bytes/index.ts";
import { commandFailure } from "../node/index.ts";
import type { Content, FoundArtifact } from "./artifact.ts";
import type { TextSearch } from "./text-search.ts";
import { TextScan } from "./text-search.ts";
import { watchedSource } from "./watched-source.ts";

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
  let searched = 0;
  const { watched, finish } = watchedSource(source, (chunk) => {
    searched += chunk.length;
    if (searched > MOST_SEARCHED) return false;
    scan.push(chunk);
    return true;
  });
  const artifacts: FoundArtifact[] = [];
  for await (const artifact of read(watched)) artifacts.push(artifact);
  const isAtEnd = await finish();
  const limit = isAtEnd ? undefined : `only the first ${MOST_SEARCHED} bytes were searched`;
  const found = scan.end(reasonOf(transport) ?? limit ?? failureOf(head));
  yield* artifacts.map((artifact) => ({ ...artifact, searched: found }));
}

/** A command that failed left its complaint where its output was wanted: what isn't in there may well be so. */
function failureOf(head: Uint8Array): string | undefined {
  const failure = head.length < HEAD_LENGTH ? commandFailure(decodeText(head), /^/) : undefined;
  return failure === undefined ? undefined : `it reads as the complaint of a command: ${failure}`;
}

/** What no decoder knows and a search looked at counts as read: a text. */
export function asText(artifact: FoundArtifact): FoundArtifact {
  const { path, kind, status, searched } = artifact;
  if (!searched || kind !== "unknown" || status !== "unread") return artifact;
  const content: Content = { kind: "text", model: { lines: searched.lines, diagnostics: [] } };
  const { reason } = searched;
  if (reason === undefined) return { path, kind: "text", status: "read", content, searched };
  return { path, kind: "text", status: "partial", reason, content, searched };
}
