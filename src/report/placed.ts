import type { ModelOf } from "../bundle/index.ts";
import type { Case } from "../evidence/index.ts";
import type { Evidence, Finding } from "../rules/index.ts";

/** A capture that was read from several files, and their paths in the order in which it counts them. */
interface Rotation {
  readonly capture: ModelOf["pcap"];
  readonly files: readonly string[];
}

/**
 * The findings with the evidence of captures that were rotated as their files have it: each citation names the file, and the
 * frames by their numbers there. One whose frames stand in several files becomes one for each.
 */
export function placed(evidence: Case, findings: readonly Finding[]): readonly Finding[] {
  const rotations = new Map<string, Rotation>();
  for (const { path, files, content } of evidence.artifacts)
    if (files && content?.kind === "pcap") rotations.set(path, { capture: content.model, files });
  if (rotations.size === 0) return findings;
  return findings.map((finding) => ({
    ...finding,
    evidence: finding.evidence.flatMap((each) => {
      const rotation = rotations.get(each.artifact);
      return rotation ? inFiles(each, rotation) : [each];
    }),
  }));
}

function inFiles(evidence: Evidence, { capture, files }: Rotation): Evidence[] {
  const { where } = evidence;
  const { frame, frames } = where ?? {};
  const all = Array.isArray(frames) ? frames : [frame];
  const byFile = new Map<string, number[]>();
  for (const each of all) {
    const place = typeof each === "number" ? capture.fileOf(each) : undefined;
    const path = place && files[place.file];
    if (place === undefined || path === undefined) continue;
    const own = byFile.get(path);
    if (own) own.push(place.frame);
    else byFile.set(path, [place.frame]);
  }
  if (byFile.size === 0) return [evidence];
  return [...byFile].map(([artifact, own]) => ({
    ...evidence,
    artifact,
    where: { ...where, ...(Array.isArray(frames) ? { frames: own } : { frame: own[0] }) },
  }));
}
