import type { Finding } from "../rules/index.ts";
import { subjectName } from "../rules/index.ts";
import type { Section } from "./change.ts";
import { section } from "./change.ts";
import type { Said } from "./keyed.ts";
import { changesOf, sizeOf } from "./keyed.ts";

/** Compares what two diagnoses found, by rule and by the host of one name. */
export function compareFindings(before: readonly Finding[], after: readonly Finding[]): Section {
  const [then, now] = [saidOf(before), saidOf(after)];
  return section("findings", sizeOf(then, now), changesOf(then, now));
}

/** What was ruled out is no finding that came or went. */
function saidOf(findings: readonly Finding[]): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const { rule, host, verdict, kind, subject, evidence } of findings) {
    if (verdict === "ruled-out") continue;
    const what = host === null ? rule : `${rule} on ${host}`;
    // Findings come the surest first.
    if (said.has(what)) continue;
    const value = kind === "cause" ? verdict : "seen";
    const [cite] = evidence;
    const place = cite && {
      artifact: cite.artifact,
      text: cite.text,
      ...(cite.where && { where: cite.where }),
    };
    said.set(what, { text: `${value}: ${subject.kind} ${subjectName(subject)}`, value, cite: place });
  }
  return said;
}
