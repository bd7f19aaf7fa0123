import type { Evidence, Finding, Verdict } from "../rules/index.ts";
import type { Group, Member } from "./alike.ts";
import { alikeInWords } from "./alike.ts";
import { citedRows } from "./cited.ts";
import { printable } from "./escape.ts";
import type { Layout, Style } from "./layout.ts";
import { labelled } from "./layout.ts";
import { explainedOf } from "./spared.ts";
import { subjectInWords, withNames } from "./subject-words.ts";
import { wrap } from "./wrap.ts";

const VERDICT_STYLE: Record<Verdict, Style> = {
  confirmed: "red",
  likely: "yellow",
  possible: "cyan",
  "ruled-out": "dim",
};
/** Citations of one kind that are printed under a finding, and under one that is about several subjects. */
const LISTED_EVIDENCE = 12;
const LISTED_OF_EACH = 6;
/** Of a symptom whose cause stands further up. */
const ADDED_EVIDENCE = 3;

/** What all findings of one report are printed by. */
export interface BlockLayout extends Layout {
  /** The folder that all artifacts lie in: paths are given from there on. */
  readonly root: string;
  /** Rows of evidence that stand further up already, and the places that were cited. */
  readonly told: Set<string>;
}

/** Findings of one rule: what it is, then of each subject what is known, what to do about it, and the evidence. */
export function renderGroup({ first, members }: Group, layout: BlockLayout): string {
  const findings = members.map(({ finding }) => finding);
  const remedies = findings.map(remedyOf);
  const isOne = members.length === 1;
  const lines = [
    headOf(first, layout),
    ...members.flatMap((member, i) => [
      ...bodyOf(member, layout),
      // What to do stands before the evidence, where both are of one subject.
      ...(isOne ? labelled("remedy", remedies[i] ?? [], layout) : []),
      ...evidenceOf(member.finding, layout),
      ...labelled("causes", causesOf(member.finding), layout),
    ]),
    ...(isOne ? [] : labelled("remedy", union(remedies), layout)),
    ...labelled(
      "see",
      first.verdict === "possible" ? [] : union(findings.map(({ references }) => references)),
      layout,
    ),
    ...labelled(
      "known by",
      union(findings.map(({ fingerprint }) => (fingerprint === undefined ? [] : [fingerprint]))),
      layout,
    ),
  ];
  return lines.join("\n");
}

/** Symptoms of one rule whose cause is confirmed, or likely, and stands further up: what was seen, without the evidence of the cause. */
export function renderExplained({ first, members }: Group, layout: BlockLayout): string {
  const { paint, width } = layout;
  const about = members.map(({ finding }) => JSON.stringify([finding.host, explainedBy(finding)]));
  if (members.length === 1 || new Set(about).size > 1)
    return [
      headOf(first, layout),
      ...members.flatMap((member) => [...bodyOf(member, layout), ...addedBy(member.finding, layout)]),
    ].join("\n");
  // What several subjects of one host have in common is said once.
  const place = [...(first.host === null ? [] : [printable(first.host)]), ...explainedBy(first)].join(" · ");
  const rows = members.map((member) =>
    wrap([printable(member.finding.summary), ...alikeInWords(member)].join(" "), width, "  - ", "    "),
  );
  return [headOf(first, layout), paint("dim", wrap(place, width, "  ", "    ")), ...rows].join("\n");
}

function headOf({ kind, verdict, rule, title }: Finding, { paint, width }: Layout): string {
  const word = (kind === "cause" ? verdict : kind === "symptom" ? "seen" : "audit").toUpperCase();
  const lead = `${word}  ${rule}  `;
  const rest = wrap(printable(title), width, lead, "    ").slice(lead.length);
  const style = kind === "audit" ? "cyan" : VERDICT_STYLE[verdict];
  return `${paint(style, word)}  ${paint("bold", rule)}  ${rest}`;
}

function bodyOf(member: Member, { paint, width }: Layout): string[] {
  const { finding } = member;
  return [
    paint("dim", wrap(placeOf(finding), width, "  ", "    ")),
    wrap(printable(finding.summary), width, "  ", "  "),
    ...alikeInWords(member).map((text) => wrap(text, width, "  ", "  ")),
  ];
}

function placeOf(finding: Finding): string {
  const { explains } = finding;
  const where = whereInWords(finding);
  const parts = [
    where,
    ...(explains.length > 0 ? [`explains ${explains.join(", ")}`] : []),
    ...explainedBy(finding),
  ];
  return parts.join(" · ");
}

/** `node-b: listener 10.0.0.1:80`; a node's name alone where it is about the node. */
export function whereInWords({ host, subject }: Finding): string {
  const about = printable(subjectInWords(subject));
  if (host === null) return about;
  return subject.kind === "node" && subject["name"] === host
    ? printable(host)
    : `${printable(host)}: ${about}`;
}

/** `explained by tcp/tw-recycle-nat`, with what share of it, and what is left. */
function explainedBy(finding: Finding): string[] {
  const explained = explainedOf(finding);
  if (finding.kind !== "symptom" || explained === "open") return [];
  const { differential = [], unexplained } = finding;
  const causes = differential
    .filter(({ verdict }) => verdict === explained)
    .map(({ rule, share }) =>
      share !== undefined && share.n < share.total ? `${rule} (${share.n} of ${share.total})` : rule,
    );
  return [
    `${explained === "likely" ? "likely " : ""}explained by ${causes.join(", ")}`,
    ...(unexplained ? [`${unexplained.n} of ${unexplained.total} unexplained`] : []),
  ];
}

/** Texts of several lists, each once. */
const union = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

const remedyOf = ({ remedy, subject }: Finding): string[] => remedy.map((text) => withNames(text, subject));

function evidenceOf(finding: Finding, layout: BlockLayout): string[] {
  const { evidence } = finding;
  const of = (effect: Evidence["effect"]): Evidence[] => evidence.filter((each) => each.effect === effect);
  return [
    ...rowsOf("evidence", of("supports"), finding, layout),
    ...rowsOf("against", of("contradicts"), finding, layout),
  ];
}

function rowsOf(
  label: string,
  evidence: readonly Evidence[],
  { subject }: Finding,
  layout: BlockLayout,
): string[] {
  const { root, told } = layout;
  const all = citedRows(evidence, root);
  // What speaks against a cause is told of each.
  const rows = label === "against" ? all : all.filter((row) => !told.has(row));
  for (const row of rows) told.add(row);
  for (const each of evidence) told.add(placeKey(each));
  if (rows.length === 0) return labelled(label, all.length > 0 ? ["as above"] : [], layout);
  const isFolded = typeof subject["count"] === "number" && subject["count"] > 1;
  const shown = rows.slice(0, isFolded ? LISTED_OF_EACH : LISTED_EVIDENCE);
  if (rows.length > shown.length) shown.push(`and ${rows.length - shown.length} more`);
  return labelled(label, shown, layout);
}

/** Where a citation is, to the line: what a cause cites of it is not cited again. */
const placeKey = ({ artifact, where }: Evidence): string => JSON.stringify([artifact, where["line"]]);

/** The evidence of a symptom that no cause cites. */
function addedBy({ evidence }: Finding, layout: BlockLayout): string[] {
  const { root, told } = layout;
  const rows = citedRows(
    evidence.filter((each) => !told.has(placeKey(each))),
    root,
  );
  const shown = rows.slice(0, ADDED_EVIDENCE);
  if (rows.length > shown.length) shown.push(`and ${rows.length - shown.length} more`);
  return labelled("evidence", shown, layout);
}

/** Of a symptom that no cause leads: those that may be, and those that it is not. */
function causesOf({ kind, differential = [], namesItsCause }: Finding): string[] {
  if (kind !== "symptom") return [];
  if (differential.length === 0)
    return [namesItsCause === true ? "it says itself why" : "no known cause explains this"];
  const out = differential.filter(({ verdict }) => verdict === "ruled-out").map(({ rule }) => rule);
  const open = differential.filter(({ verdict }) => verdict !== "ruled-out");
  if (open.length === 0) return [`all that are known are ruled out: ${out.join(", ")}`];
  const named = open.map(({ rule, verdict }) => `${rule} ${verdict}`);
  return [`${named.join(", ")}${out.length > 0 ? `; ruled out: ${out.join(", ")}` : ""}`];
}
