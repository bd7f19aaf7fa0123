import { groupBy } from "../bytes/index.ts";
import type { Deciding, Evidence, Finding, Subject, Verdict } from "../rules/index.ts";
import { subjectName } from "../rules/index.ts";
import { printable } from "./escape.ts";
import type { Report, ReportedArtifact } from "./report.ts";
import { mergeReasons, unreadLines } from "./unread-lines.ts";
import { wrap } from "./wrap.ts";

/** How a word is shown where colours are to be had. */
export type Style = "bold" | "dim" | "red" | "yellow" | "cyan" | "green";

/** How a report is laid out as text. */
export interface TextOptions {
  /** Columns; 100 when absent. */
  readonly width?: number;
  /** Colours a text; plain when absent. */
  readonly paint?: (style: Style, text: string) => string;
}

type Paint = (style: Style, text: string) => string;

const VERDICT_STYLE: Record<Verdict, Style> = {
  confirmed: "red",
  likely: "yellow",
  possible: "cyan",
  "ruled-out": "dim",
};
const LABEL_WIDTH = 12;
/** Reasons that are told why artifacts were not read. */
const LISTED_UNREAD = 25;
/** Citations of one kind that are printed under a finding. */
const LISTED_EVIDENCE = 12;

/** The report for people at a terminal: the answer first, its evidence, the rivals, and what could not be read. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const paint: Paint = options.paint ?? ((_, text) => text);
  const width = Math.max(60, options.width ?? 100);
  const spared = sparedOf(report.findings);
  const shown = report.findings.filter((f) => f.verdict !== "ruled-out" && !spared.has(f));
  const ruledOut = report.findings.filter((finding) => finding.verdict === "ruled-out");
  const sections = [
    headline(report, paint, width),
    ...shown.map((finding) => renderFinding(finding, paint, width)),
    ...(spared.size > 0 ? [renderSpared([...spared], paint, width)] : []),
    ...(ruledOut.length > 0 ? [renderRuledOut(ruledOut, paint, width)] : []),
    ...renderDamage(report.artifacts, paint, width),
  ];
  return `${sections.join("\n\n")}\n`;
}

/**
 * The causes that have nothing left to explain: each of their symptoms has a confirmed one, and they are only possible.
 */
function sparedOf(findings: readonly Finding[]): Set<Finding> {
  const keyOf = (rule: string, host: string | null, name: string): string =>
    JSON.stringify([rule, host, name]);
  const isExplained = new Map<string, boolean>();
  for (const { kind, rule, host, subject, differential } of findings) {
    if (kind !== "symptom") continue;
    const isConfirmed = differential?.[0]?.verdict === "confirmed";
    for (const name of names(subject)) {
      const key = keyOf(rule, host, name);
      isExplained.set(key, isConfirmed && isExplained.get(key) !== false);
    }
  }
  const spared = findings.filter(({ kind, verdict, host, explains, subject }) => {
    if (kind !== "cause" || verdict !== "possible") return false;
    const name = subjectName(subject);
    const known = explains.flatMap((rule) => isExplained.get(keyOf(rule, host, name)) ?? []);
    return known.length > 0 && !known.includes(false);
  });
  return new Set(spared);
}

/** The names of a subject, and of those that are folded into it. */
function names(subject: Subject): Set<string> {
  const { alike } = subject;
  const others = Array.isArray(alike) ? (alike as readonly Subject[]) : [];
  return new Set([subject, ...others].map(subjectName));
}

function headline({ artifacts, findings }: Report, paint: Paint, width: number): string {
  const count = (status: ReportedArtifact["status"]): number =>
    artifacts.filter((a) => a.status === status).length;
  const hosts = [...new Set(artifacts.flatMap((a) => (a.host === null ? [] : [a.host])))];
  const parts = [
    `${artifacts.length} artifact${artifacts.length === 1 ? "" : "s"}`,
    `${count("read")} read`,
    ...(count("partial") > 0 ? [`${count("partial")} in part`] : []),
    ...(count("unread") > 0 ? [`${count("unread")} not`] : []),
    ...(hosts.length > 0 ? [`host${hosts.length === 1 ? "" : "s"} ${hosts.map(printable).join(", ")}`] : []),
  ];
  return [
    wrap(conclusion(findings), width, "", ""),
    paint("dim", wrap(parts.join(" · "), width, "", "")),
  ].join("\n");
}

/** The answer in one sentence. */
function conclusion(findings: readonly Finding[]): string {
  const causes = findings.filter((f) => f.kind === "cause" && f.verdict !== "ruled-out");
  const [first] = causes;
  if (first && first.verdict !== "possible") {
    const same = causes.filter((f) => f.verdict === first.verdict).map((f) => f.rule);
    return `${first.verdict === "confirmed" ? "Confirmed" : "Likely"}: ${[...new Set(same)].join(", ")}.`;
  }
  const seenNow = findings.filter((f) => f.kind === "symptom");
  const symptoms = seenNow.map((f) => f.rule);
  if (symptoms.length === 0) {
    const audits = [...new Set(findings.filter((f) => f.kind === "audit").map((f) => f.rule))];
    if (!first && audits.length > 0)
      return `No symptom was seen in what could be read. Audits: ${audits.join(", ")}.`;
    return first
      ? "No symptom was seen; what is set up could cause one."
      : "No symptom was seen in what could be read.";
  }
  const seen = `Seen: ${[...new Set(symptoms)].join(", ")}.`;
  if (first) return `${seen} No cause is decided yet.`;
  const open = new Set(seenNow.filter(({ namesItsCause }) => namesItsCause !== true).map((f) => f.rule));
  if (open.size === 0) return seen;
  const which = seenNow.some(({ namesItsCause }) => namesItsCause === true) ? [...open].join(", ") : "it";
  return `${seen} No known cause explains ${which}.`;
}

function renderFinding(finding: Finding, paint: Paint, width: number): string {
  const verdict = finding.kind === "cause" ? finding.verdict : finding.kind === "symptom" ? "seen" : "audit";
  const head = `${paint(finding.kind === "audit" ? "cyan" : VERDICT_STYLE[finding.verdict], verdict.toUpperCase())}  ${paint("bold", finding.rule)}  ${printable(finding.title)}`;
  const supports = finding.evidence.filter((e) => e.effect === "supports");
  const contradicts = finding.evidence.filter((e) => e.effect === "contradicts");
  const lines = [
    head,
    paint("dim", wrap(place(finding), width, "  ", "  ")),
    wrap(printable(finding.summary), width, "  ", "  "),
    ...renderEvidence("evidence", supports, paint, width),
    ...renderEvidence("against", contradicts, paint, width),
    ...labelled("causes", finding.kind === "symptom" ? [causesOf(finding)] : [], paint, width),
    ...labelled(
      "known by",
      finding.fingerprint === undefined ? [] : [printable(finding.fingerprint)],
      paint,
      width,
    ),
    ...labelled("decide by", finding.decide ? [decidedBy(finding.decide)] : [], paint, width),
    ...labelled("ask for", openQuestions(finding), paint, width),
    ...labelled("remedy", finding.remedy, paint, width),
    ...labelled("see", finding.references, paint, width),
  ];
  return lines.join("\n");
}

function place({ host, subject, explains }: Finding): string {
  const name = subjectName(subject);
  const about = `${name === `the ${subject.kind}` ? "" : `${subject.kind} `}${printable(name)}${others(subject)}`;
  const where = host === null ? about : `${printable(host)}: ${about}`;
  return explains.length === 0 ? where : `${where} · explains ${explains.join(", ")}`;
}

function others({ count }: Subject): string {
  return typeof count === "number" && count > 1 ? ` and ${count - 1} more` : "";
}

/** A confirmed cause needs nothing more, nor does its symptom; a rival that is still open does. */
function openQuestions({ verdict, kind, missing, differential }: Finding): string[] {
  if (verdict === "confirmed" && kind === "cause") return [];
  if (differential?.[0]?.verdict === "confirmed") return [];
  return missing.map(({ text, command }) => `${text}: ${command}`);
}

function causesOf({ differential = [], unexplained, namesItsCause }: Finding): string {
  if (differential.length === 0)
    return namesItsCause === true ? "it says itself why" : "no known cause explains this";
  const named = differential.map(({ rule, verdict, share }) => {
    const isPart = share !== undefined && share.n < share.total;
    return `${rule} ${verdict}${isPart ? ` (of ${share.n} in ${share.total})` : ""}`;
  });
  const isOpen = differential.some(({ verdict }) => verdict !== "ruled-out");
  const rest = unexplained ? `; ${unexplained.n} of ${unexplained.total} unexplained` : "";
  return `${isOpen ? "" : "all that are known are ruled out: "}${named.join(", ")}${rest}`;
}

function decidedBy({ text, command, between }: Deciding): string {
  const [first, second] = between;
  const what = second === undefined ? `whether it is ${first}` : `between ${first} and ${second}`;
  return `${what}: ${text}: ${command}`;
}

function renderEvidence(label: string, evidence: readonly Evidence[], paint: Paint, width: number): string[] {
  const rows = evidence.slice(0, LISTED_EVIDENCE).map(cited);
  if (evidence.length > rows.length) rows.push(`and ${evidence.length - rows.length} more`);
  return labelled(label, rows, paint, width);
}

function cited({ text, artifact, where }: Evidence): string {
  const parts = Object.entries(where ?? {}).map(([key, value]) => {
    if (!Array.isArray(value)) return `${key} ${String(value)}`;
    return `${value.length === 1 ? key.replace(/s$/, "") : key} ${value.join(", ")}`;
  });
  return printable(`${text} (${[artifact, ...parts].join(", ")})`);
}

function labelled(label: string, rows: readonly string[], paint: Paint, width: number): string[] {
  const margin = " ".repeat(LABEL_WIDTH);
  return rows.map((row, i) => {
    const first = i === 0 ? `  ${label}`.padEnd(LABEL_WIDTH) : margin;
    // What is asked for may name what an artifact names.
    const text = wrap(printable(row), width, first, margin);
    return i === 0 ? `${paint("dim", text.slice(0, LABEL_WIDTH))}${text.slice(LABEL_WIDTH)}` : text;
  });
}

function renderSpared(findings: readonly Finding[], paint: Paint, width: number): string {
  const rows = findings.map((finding) => {
    const [open] = openQuestions(finding);
    const ask = open === undefined ? "" : ` To tell: ${open}`;
    return wrap(printable(`${finding.summary}${ask}`), width, `  ${finding.rule}  `, "    ");
  });
  return [paint("dim", "STILL POSSIBLE, BESIDE A CONFIRMED CAUSE"), ...rows].join("\n");
}

function renderRuledOut(findings: readonly Finding[], paint: Paint, width: number): string {
  const rows = findings.map((finding) =>
    wrap(printable(finding.summary), width, `  ${finding.rule}  `, "    "),
  );
  return [paint("dim", "RULED OUT"), ...rows].join("\n");
}

function renderDamage(artifacts: readonly ReportedArtifact[], paint: Paint, width: number): string[] {
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
  return [[paint("dim", "NOT READ, OR NOT WHOLLY"), ...unreadLines(unread, LISTED_UNREAD, width)].join("\n")];
}
