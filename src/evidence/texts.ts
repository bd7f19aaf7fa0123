import type { Artifact, FoundText, SearchedText, TextSearch } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";

/** A text that was searched. */
export interface Searched {
  /** One of its artifacts: it may be of several kinds. */
  readonly artifact: Artifact;
  readonly kinds: ReadonlySet<string>;
  readonly searched: SearchedText;
}

/** What one search found in one text. */
export interface FoundIn {
  readonly artifact: Artifact;
  readonly kinds: ReadonlySet<string>;
  readonly found: FoundText;
  /** Whether the text was searched to its end. */
  readonly isWhole: boolean;
}

/** The texts of a host, or of the cluster, that were searched. */
const searchedTexts = memo(({ artifacts }: { readonly artifacts: readonly Artifact[] }): Searched[] => {
  const byPath = new Map<string, { artifact: Artifact; kinds: Set<string>; searched: SearchedText }>();
  for (const artifact of artifacts) {
    const { path, kind, searched } = artifact;
    if (!searched) continue;
    const other = byPath.get(path);
    if (other) other.kinds.add(kind);
    else byPath.set(path, { artifact, kinds: new Set([kind]), searched });
  }
  return [...byPath.values()];
});

/**
 * The texts of a host, or of the cluster, that a search wanted, each with what it found there. A text in which it found nothing
 * is among them, without a group.
 */
export function textsOf(
  evidence: { readonly artifacts: readonly Artifact[] },
  search: TextSearch,
): readonly FoundIn[] {
  return searchedTexts(evidence).flatMap(({ artifact, kinds, searched }) => {
    const found = searched.found.get(search);
    return found ? [{ artifact, kinds, found, isWhole: searched.isWhole }] : [];
  });
}
