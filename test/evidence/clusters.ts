import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { ClusterEvidence } from "../../src/evidence/index.ts";
import { buildCase } from "../../src/evidence/index.ts";

/** The cluster of files that exist only here, by the path that a bundle would have them under. */
export async function clusterOf(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<ClusterEvidence> {
  const encoder = new TextEncoder();
  const inputs = Object.entries(files).map(([name, content]) => ({
    name,
    source: sourceOf(typeof content === "string" ? encoder.encode(content) : content),
  }));
  return buildCase(await openBundle(inputs)).cluster;
}
