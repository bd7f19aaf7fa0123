import type { Artifact, Located, ModelOf } from "../bundle/index.ts";

/** The artifacts of one kind, each with its model. */
export function modelsOf<Kind extends keyof ModelOf>(
  artifacts: readonly Artifact[],
  kind: Kind,
): Located<ModelOf[Kind]>[] {
  return artifacts.flatMap((artifact) =>
    // The kind says which model it is; the compiler can't follow that through the union.
    artifact.content?.kind === kind ? [{ model: artifact.content.model as ModelOf[Kind], artifact }] : [],
  );
}
