import type { Report } from "../../src/report/index.ts";
import type { Finding, Verdict } from "../../src/rules/index.ts";
import { analyze } from "../../src/analyze.ts";
import type { ByteSource } from "../../src/bytes/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Analyses files that exist only here, by the path that a bundle would have them under. */
export async function analyzeFiles(files: Files, baseline?: Files): Promise<Report> {
  return analyze(inputs(files), { baseline: baseline && inputs(baseline) });
}

function inputs(files: Files): { name: string; source: ByteSource }[] {
  const encoder = new TextEncoder();
  return Object.entries(files).map(([name, content]) => ({
    name,
    source: sourceOf(typeof content === "string" ? encoder.encode(content) : content),
  }));
}

/** The verdicts of one rule, over all subjects and hosts. */
export function verdictsOf(report: Report, rule: string): Verdict[] {
  return report.findings.filter((finding) => finding.rule === rule).map((finding) => finding.verdict);
}

/** The first finding of a rule; the test fails where there is none. */
export function findingOf(report: Report, rule: string): Finding {
  const finding = report.findings.find((f) => f.rule === rule);
  if (!finding)
    throw new Error(`no finding of ${rule} among ${report.findings.map((f) => f.rule).join(", ")}`);
  return finding;
}
