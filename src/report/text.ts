import { groupBy } from "../bytes/index.ts";
import type { Finding } from "../rules/index.ts";
import { groupsOf } from "./alike.ts";
import type { Group } from "./alike.ts";
import { rootOf } from "./cited.ts";
import { questionsOf, renderQuestions } from "./collect-next.ts";
import { printable } from "./escape.ts";
import type { BlockLayout } from "./finding-block.ts";
import { renderExplained, renderGroup } from "./finding-block.ts";
import { headline, overview } from "./headline.ts";
import type { Layout, TextOptions } from "./layout.ts";
import { layoutOf, section } from "./layout.ts";
import type { Report, ReportedArtifact } from "./report.ts";
import { isExplainedBy, sparedOf } from "./spared.ts";
import { withNames } from "./subject-words.ts";
import { unjudgedLines } from "./unjudged.ts";
import { mergeReasons, unreadLines } from "./unread-lines.ts";
import { wrap } from "./wrap.ts";

/** Reasons that are told why artifacts were not read. */
const LISTED_UNREAD = 25;

/**
 * The report for people at a terminal: the answer and what to do first, then the causes with their evidence, what was seen, what to
 * collect yet, the rivals, and what could not be read.
 */
export function renderText(report: Report, options: TextOptions = {}): string {
  const { findings, artifacts } = report;
  const layout: BlockLayout = { ...layoutOf(options), root: rootOf(artifacts), told: new Set() };
  const spared = sparedOf(findings);
  const shown = findings.filter((finding) => finding.verdict !== "ruled-out" && !spared.has(finding));
  const causes = shown.filter(({ kind }) => kind === "cause");
  const symptoms = shown.filter(({ kind }) => kind === "symptom");
  const told = new Set(causes.map(({ rule }) => rule));
  const leading = [
    ...groupsOf(causes.filter(({ verdict }) => verdict !== "possible")),
    ...groupsOf(symptoms.filter((finding) => !isExplainedBy(finding, told))),
  ];
  const possible = causes.filter(({ verdict }) => verdict === "possible");
  const explained = symptoms.filter((finding) => isExplainedBy(finding, told));
  const questions = questionsOf(shown);
  const full = (groups: readonly Group[]): string[] => groups.map((group) => renderGroup(group, layout));
  const sections = [
    headline(report, layout),
    ...overview(leading, questions, layout),
    ...full(leading),
    ...renderQuestions(questions, layout),
    ...full(groupsOf(possible.filter(({ evidence }) => evidence.length > 0))),
    ...renderRivals(
      "POSSIBLE, WITH NOTHING THAT TELLS",
      possible
        .filter(({ evidence }) => evidence.length === 0)
        .map((finding) => ({ ...finding, missing: [] })),
      layout,
    ),
    ...groupsOf(explained).map((group) => renderExplained(group, layout)),
    ...renderRivals("STILL POSSIBLE, BESIDE A CONFIRMED CAUSE", [...spared], layout),
    ...renderRivals(
      "RULED OUT",
      findings.filter(({ verdict }) => verdict === "ruled-out"),
      layout,
    ),
    ...full(groupsOf(shown.filter(({ kind }) => kind === "audit"))),
    ...unjudgedLines(report, layout),
    ...renderDamage(artifacts, layout),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Rivals in a line or two each; what is said of several subjects alike is said once. */
function renderRivals(heading: string, rivals: readonly Finding[], layout: Layout): string[] {
  if (rivals.length === 0) return [];
  const rows = groupsOf(rivals).flatMap(({ members }) =>
    members.map(({ finding, alike }) => {
      const { rule, summary, missing, subject, verdict } = finding;
      const [open] = verdict === "ruled-out" ? [] : missing;
      const ask = open === undefined ? "" : ` To tell: ${open.text}: ${withNames(open.command, subject)}`;
      const hosts = new Set([finding, ...alike].map(({ host }) => host)).size;
      const also = hosts > 1 ? ` So on ${hosts} hosts.` : "";
      return wrap(printable(`${summary}${also}${ask}`), layout.width, `  ${rule}  `, "    ");
    }),
  );
  return [section(heading, rows, layout)];
}

function renderDamage(artifacts: readonly ReportedArtifact[], layout: Layout): string[] {
  const damaged = artifacts.filter((artifact) => artifact.status !== "read");
  if (damaged.length === 0) return [];
  const told = (status: ReportedArtifact["status"], prefix: string) => {
    const byReason = groupBy(
      damaged.filter((artifact) => artifact.status === status),
      ({ reason = "" }) => `${prefix}${reason}`,
    );
    const unread = [...byReason].map(([reason, all]) => ({ reason, paths: all.map(({ path }) => path) }));
    // What many files have is mostly that they are of no kind.
    return mergeReasons(unread).toSorted((a, b) => a.paths.length - b.paths.length);
  };
  const unread = [...told("partial", "in part: "), ...told("unread", "")];
  return [section("NOT READ, OR NOT WHOLLY", unreadLines(unread, LISTED_UNREAD, layout.width), layout)];
}
