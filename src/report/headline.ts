import { firstOf } from "../bytes/index.ts";
import type { Finding } from "../rules/index.ts";
import type { Group } from "./alike.ts";
import { rootOf } from "./cited.ts";
import type { Question } from "./collect-next.ts";
import { placeOf } from "./collect-next.ts";
import { printable } from "./escape.ts";
import { whereInWords } from "./finding-block.ts";
import type { Layout } from "./layout.ts";
import { section } from "./layout.ts";
import type { Report, ReportedArtifact } from "./report.ts";
import { explainedOf, isExplainedBy } from "./spared.ts";
import { withNames } from "./subject-words.ts";
import { wrap } from "./wrap.ts";

const NAMED_HOSTS = 8;
/** Troubles of which the overview tells what to do. */
const MOST_TROUBLES = 10;

/** The answer, and what it was found in; what it was compared with on a line of its own. */
export function headline({ artifacts, findings }: Report, { width, paint }: Layout): string {
  const own = artifacts.filter(({ baseline }) => !baseline);
  const before = artifacts.filter(({ baseline }) => baseline);
  return [
    wrap(conclusion(findings), width, "", "  "),
    paint("dim", wrap(readInWords(own), width, "", "  ")),
    ...(before.length > 0
      ? [paint("dim", wrap(`compared with ${readInWords(before)}`, width, "", "  "))]
      : []),
  ].join("\n");
}

/** `4 artifacts below bundle/node-b/ · all read · host node-b`. */
function readInWords(artifacts: readonly ReportedArtifact[]): string {
  const of = (status: ReportedArtifact["status"]): number =>
    artifacts.filter((artifact) => artifact.status === status).length;
  const hosts = [...new Set(artifacts.flatMap(({ host }) => (host === null ? [] : [printable(host)])))];
  const root = rootOf(artifacts);
  return [
    `${artifacts.length} artifact${artifacts.length === 1 ? "" : "s"}${root === "" ? "" : ` below ${printable(root)}`}`,
    of("read") === artifacts.length ? (artifacts.length === 1 ? "read" : "all read") : `${of("read")} read`,
    ...(of("partial") > 0 ? [`${of("partial")} in part`] : []),
    ...(of("unread") > 0 ? [`${of("unread")} not`] : []),
    ...(hosts.length > 0 ? [`host${hosts.length === 1 ? "" : "s"} ${firstOf(hosts, NAMED_HOSTS)}`] : []),
  ].join(" · ");
}

/** The answer in a sentence or two: what is confirmed, what is likely, and what was seen that nothing explains. */
function conclusion(findings: readonly Finding[]): string {
  const causes = findings.filter(({ kind, verdict }) => kind === "cause" && verdict !== "ruled-out");
  const symptoms = findings.filter(({ kind }) => kind === "symptom");
  const told = new Set(causes.map(({ rule }) => rule));
  const open = symptoms.filter((finding) => !isExplainedBy(finding, told));
  const confirmed = rulesOf(causes.filter(({ verdict }) => verdict === "confirmed"));
  const likely = rulesOf(causes.filter(({ verdict }) => verdict === "likely")).filter(
    (rule) => !confirmed.includes(rule),
  );
  const sentences = [
    ...(confirmed.length > 0 ? [`Confirmed: ${confirmed.join(", ")}.`] : []),
    ...(likely.length > 0 ? [`Likely: ${likely.join(", ")}.`] : []),
    ...(open.length > 0 ? [openInWords(open, confirmed.length + likely.length > 0)] : []),
  ];
  if (sentences.length > 0) return sentences.join(" ");
  const audits = rulesOf(findings.filter(({ kind }) => kind === "audit"));
  if (causes.length > 0) return "No symptom was seen; what is set up could cause one.";
  const none = "No symptom was seen in what could be read.";
  return audits.length > 0 ? `${none} Audits: ${audits.join(", ")}.` : none;
}

/** The symptoms that no cause leads, and how far their causes are known. */
function openInWords(open: readonly Finding[], isAnswered: boolean): string {
  const undecided = open.filter((finding) => hasPossible(finding) && explainedOf(finding) === "open");
  const own = open.filter((finding) => !hasPossible(finding) && finding.namesItsCause === true);
  const unknown = open.filter((finding) => !hasPossible(finding) && finding.namesItsCause !== true);
  const also = isAnswered ? " too" : "";
  const seen = `Seen${also}: ${rulesOf(open).join(", ")}.`;
  const ends = [
    ...(undecided.length > 0
      ? [
          undecided.length === open.length
            ? `No cause${isAnswered ? " of it" : ""} is decided yet.`
            : `No cause of ${rulesOf(undecided).join(", ")} is decided yet.`,
        ]
      : []),
    ...(unknown.length > 0
      ? [
          `No known cause explains ${own.length + undecided.length > 0 || isAnswered ? rulesOf(unknown).join(", ") : rulesOf(unknown).length === 1 ? "it" : "them"}.`,
        ]
      : []),
  ];
  return [seen, ...ends].join(" ");
}

const hasPossible = ({ differential = [] }: Finding): boolean =>
  differential.some(({ verdict }) => verdict !== "ruled-out");

const rulesOf = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ rule }) => rule))];

/**
 * Of several troubles each in two lines: what it is and where, and what to do first. One trouble alone says so itself, right below.
 *
 * @param leading what is confirmed or likely, and the symptoms that no cause leads
 */
export function overview(
  leading: readonly Group[],
  questions: readonly Question[],
  layout: Layout,
): string[] {
  if (leading.length < 2) return [];
  const rows = leading.slice(0, MOST_TROUBLES).flatMap((group) => troubleRows(group, questions, layout));
  const left = leading.length - MOST_TROUBLES;
  if (left > 0) rows.push(`  and ${left} more below`);
  return [section("AT A GLANCE", rows, layout)];
}

function troubleRows({ first, members }: Group, questions: readonly Question[], layout: Layout): string[] {
  const { rule, title, kind, verdict } = first;
  const sure = kind === "cause" ? verdict : "seen";
  const places = members.flatMap(({ finding, alike }) => [finding, ...alike]);
  const hosts = [...new Set(places.flatMap(({ host }) => (host === null ? [] : [host])))];
  const where = hosts.length > 1 ? `on ${firstOf(hosts, NAMED_HOSTS)}` : whereInWords(first);
  const command = first.decide && withNames(first.decide.command, first.subject);
  const asked = questions.find((question) => kind === "symptom" && question.command === command);
  const place = asked ? placeOf(asked) : "";
  const next = asked
    ? `Next${place === "" ? "" : ` ${place}`}: ${asked.command}`
    : firstSentence(withNames(first.remedy[0] ?? "", first.subject));
  return [
    wrap(printable(`${title} (${rule}, ${sure}): ${where}`), layout.width, "  ", "    "),
    ...(next === "" ? [] : [wrap(printable(next), layout.width, "    → ", "      ")]),
  ];
}

/** Up to the first full stop that a sentence follows; commands that follow a colon stand further down. */
function firstSentence(text: string): string {
  const end = /[.!](?= [A-Z])/.exec(text);
  return (end ? text.slice(0, end.index + 1) : text).replace(/:$/, ".");
}
