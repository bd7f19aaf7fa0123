import type { Sighting } from "./rule.ts";

/** What differs from one case to another: identifiers, addresses, places in files, numbers. */
const OF_THIS_CASE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "#"],
  [/\b0x[0-9a-f]+\b|\b[0-9a-f]{12,}\b/gi, "#"],
  [/\[?\b[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*\]?/gi, "#"],
  [/\d+(?:\.\d+)*/g, "#"],
  [/#(?:[:.,/-]#)+/g, "#"],
];
const LONGEST = 200;

/**
 * What a symptom looks like, without what is of this case alone, so that the same one is known again in another bundle or
 * in a list of known incidents: `tcp/syn-unanswered listener: # SYNs to # not answered`.
 */
export function fingerprintOf(symptom: string, { subject, evidence, summary }: Sighting<unknown>): string {
  const shown = evidence[0]?.text ?? summary;
  const general = OF_THIS_CASE.reduce((text, [what, by]) => text.replace(what, by), shown.slice(0, LONGEST));
  return `${symptom} ${subject.kind}: ${general}`;
}
