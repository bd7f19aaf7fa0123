import type { Artifact, Located, ModelOf } from "../bundle/index.ts";
import { groupBy, memo } from "../bytes/index.ts";

/** The artifacts of one kind, each with its model. */
export function modelsOf<Kind extends keyof ModelOf>(
  artifacts: readonly Artifact[],
  kind: Kind,
): Located<ModelOf[Kind]>[] {
  return (byKind(artifacts).get(kind) ?? []).map((artifact) => {
    // The kind says which model it is; the compiler can't follow that through the union.
    return { model: artifact.content?.model as ModelOf[Kind], artifact };
  });
}

/** Rules ask for dozens of kinds, of which most hosts have a few. */
const byKind = memo((artifacts: readonly Artifact[]) =>
  groupBy(
    artifacts.filter(({ content }) => content !== undefined),
    ({ content }) => content?.kind,
  ),
);
