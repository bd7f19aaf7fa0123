import type { Case } from "../evidence/index.ts";
import type { Finding, Rule } from "../rules/index.ts";
import { placed } from "./placed.ts";
import type { Unjudged } from "./unjudged.ts";
import { unjudgedOf } from "./unjudged.ts";

/** An artifact as a report lists it. */
export interface ReportedArtifact {
  /** The path as it was given (its last component), archive members below it; `-` for standard input. */
  readonly path: string;
  readonly kind: string;
  readonly host: string | null;
  /** Whether it belongs to the healthy or earlier bundle that this one is compared with. */
  readonly baseline: boolean;
  readonly status: "read" | "partial" | "unread";
  /** What is missing and why; absent for what was read whole. */
  readonly reason?: string;
  /** Of a capture that was rotated, and read as one: the path of its first file. */
  readonly partOf?: string;
}

/** The result of an analysis, in the shape of the JSON report. Plain data: it serialises as it is. */
export interface Report {
  readonly schema: "inquest/report@1";
  readonly artifacts: readonly ReportedArtifact[];
  /** Confirmed first, ruled-out last; inside a verdict the weightier first. */
  readonly findings: readonly Finding[];
  /** What could not be judged for lack of artifacts; what most symptoms are looked for in stands first. */
  readonly unjudged?: readonly Unjudged[];
}

/** Puts a report together of what some rules found. */
export function buildReport(evidence: Case, findings: readonly Finding[], rules: readonly Rule[]): Report {
  const artifacts = evidence.artifacts.map(reported);
  return {
    schema: "inquest/report@1",
    artifacts,
    findings: placed(evidence, findings),
    unjudged: unjudgedOf(evidence, rules),
  };
}

/** An artifact without what it holds. */
export function reported({
  path,
  kind,
  host,
  baseline,
  status,
  reason,
  partOf,
}: Case["artifacts"][number]): ReportedArtifact {
  return {
    path,
    kind,
    host,
    baseline,
    status,
    ...(reason !== undefined && { reason }),
    ...(partOf !== undefined && { partOf }),
  };
}
