import { firstOf } from "../../bytes/index.ts";
import type { Evidence, Finding } from "./finding.ts";
import type { Share } from "./answer.ts";
import type { Subject } from "./rule.ts";
import { union } from "./union.ts";

/** Subjects that a folded finding names; the rest is counted. */
const NAMED = 20;
/** Those that the summary of a cause names: its symptom names the others. */
const NAMED_BY_CAUSE = 5;
/** Evidence that a folded finding keeps of all its subjects together. */
const KEPT_EVIDENCE = 12;

/** Makes one finding of those of one rule, host and verdict whose subjects are of one kind and answered alike. */
export function fold(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, host, verdict, subject, evidence, missing, explains, differential, decide, share } =
      finding;
    const { namesItsCause, when } = finding;
    const effects = [...new Set(evidence.map((e) => e.effect))].sort();
    const asked = missing.map(({ command }) => withoutNames(command, subject));
    const leading = differential
      ?.filter((rival) => rival.verdict !== "ruled-out")
      .map((rival) => [rival.rule, rival.verdict]);
    const key = JSON.stringify([
      rule,
      host,
      verdict,
      subject.kind,
      subject["cluster"],
      effects,
      asked,
      explains,
      leading,
      share !== undefined,
      decide && [withoutNames(decide.command, subject), decide.between],
      namesItsCause,
      when !== undefined,
    ]);
    const group = groups.get(key) ?? [];
    group.push(finding);
    groups.set(key, group);
  }
  return [...groups.values()].map(foldGroup);
}

/** A command without the words that name its subject: the same is asked of each of several pods, by its own name. */
function withoutNames(command: string, subject: Subject): string {
  const names = new Set(Object.values(subject));
  return command
    .split(/[ =]/)
    .map((word) => (names.has(word) ? "" : word))
    .join(" ");
}

/** What several rules' helpers, or several subjects, cite alike is told once. */
function distinct(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence.filter(({ effect, text, artifact, where }) => {
    const key = JSON.stringify([effect, text, artifact, where]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function foldGroup(group: readonly Finding[]): Finding {
  const sorted = [...group].sort((a, b) => b.weight - a.weight);
  const [first, ...others] = sorted;
  if (!first) throw new TypeError("a group of findings is never empty");
  if (others.length === 0) return { ...first, evidence: distinct(first.evidence) };
  const more = moreText(first, others);
  return {
    ...first,
    subject: {
      ...first.subject,
      count: new Set(sorted.map((f) => subjectName(f.subject))).size,
      alike: others.slice(0, NAMED).map((f) => f.subject),
    },
    summary: `${first.summary} ${more}`,
    evidence: distinct(sorted.flatMap((finding) => finding.evidence)).slice(
      0,
      Math.max(KEPT_EVIDENCE, first.evidence.length),
    ),
    remedy: union(...sorted.map((finding) => finding.remedy)),
    references: union(...sorted.map((finding) => finding.references)),
    weight: sorted.reduce((sum, finding) => sum + finding.weight, 0),
    ...sharesOf(sorted),
  };
}

/** The shares of all together; of none where one of them is unknown. */
function sharesOf(group: readonly Finding[]): Pick<Finding, "share" | "unexplained" | "differential"> {
  const share = sumOf(group.map((finding) => finding.share));
  const unexplained = group.map((finding) => finding.unexplained).filter((each) => each !== undefined);
  const left = sumOf(unexplained);
  const differential = group[0]?.differential?.map(({ rule, verdict }, i) => {
    const all = sumOf(group.map((finding) => finding.differential?.[i]?.share));
    return { rule, verdict, ...(all && { share: all }) };
  });
  return {
    ...(share && { share }),
    ...(left && { unexplained: left }),
    ...(differential && { differential }),
  };
}

function sumOf(shares: readonly (Share | undefined)[]): Share | undefined {
  if (shares.length === 0) return undefined;
  const sum = { n: 0, total: 0 };
  for (const share of shares) {
    if (!share) return undefined;
    sum.n += share.n;
    sum.total += share.total;
  }
  return sum;
}

/** The other subjects by name, and by node where those differ; one that was seen twice, as in two captures, is not another. */
function moreText(first: Finding, others: readonly Finding[]): string {
  const all = [first, ...others];
  const isOfOneNode = new Set(all.map(({ subject }) => subject["node"])).size === 1;
  const nameOf = ({ subject }: Finding): string => {
    const node = subject["node"];
    return isOfOneNode || typeof node !== "string" || subject.kind === "node"
      ? subjectName(subject)
      : `${subjectName(subject)} on ${node}`;
  };
  const own = nameOf(first);
  const names = [...new Set(others.map(nameOf))].filter((name) => name !== own);
  if (names.length === 0) {
    const artifacts = new Set(all.map(({ evidence }) => evidence[0]?.artifact));
    return `Seen ${all.length} times${artifacts.size > 1 ? ", in different artifacts" : ""}.`;
  }
  const most = first.kind === "cause" ? NAMED_BY_CAUSE : NAMED;
  return `${names.length} more like it: ${firstOf(names, most, "others")}.`;
}

/** A subject in a word, for people: its `name` where it has one. */
export function subjectName(subject: Subject): string {
  if (typeof subject["name"] === "string") return subject["name"];
  const { kind, ...rest } = subject;
  const words = Object.values(rest).filter((v) => typeof v === "string" || typeof v === "number");
  return words.length > 0 ? words.join(" ") : kind;
}
