import type { Finding, Missing } from "../rules/index.ts";
import { costOf } from "../rules/index.ts";
import { printable } from "./escape.ts";
import type { Layout } from "./layout.ts";
import { section } from "./layout.ts";
import { explainedOf } from "./spared.ts";
import { withNames } from "./subject-words.ts";
import { wrap } from "./wrap.ts";
import { firstOf } from "../bytes/index.ts";

/** A command that would tell more, and what it is for. */
export interface Question extends Missing {
  readonly hosts: Set<string>;
  /** What it decides: `between tcp/one and tcp/two`. */
  readonly decides: Set<string>;
  /** Rules that it tells more of. */
  readonly rules: Set<string>;
}

const MOST_QUESTIONS = 8;
const NAMED_RULES = 4;
const NAMED_HOSTS = 6;
/** What is to be collected elsewhere than on the finding's own host says so itself. */
const ELSEWHERE = /\bclients?['’]|\bboth\b|\bserver['’]s node|\bother\b/i;

/** Whether what is asked for is to be had on another machine than the finding's, and says so. */
export const isElsewhere = (text: string): boolean => ELSEWHERE.test(text);

/**
 * What the findings that are shown ask for, each command once: what decides between the causes that lead first, of these what most
 * symptoms wait for, then the cheaper first.
 */
export function questionsOf(shown: readonly Finding[]): Question[] {
  const questions = new Map<string, Question>();
  const add = ({ text, command }: Missing, { host, subject }: Finding): Question => {
    const named = withNames(command, subject);
    const known = questions.get(named);
    const question = known ?? {
      text: withNames(text, subject),
      command: named,
      hosts: new Set(),
      decides: new Set(),
      rules: new Set(),
    };
    if (!known) questions.set(named, question);
    if (host !== null) question.hosts.add(host);
    return question;
  };
  for (const finding of shown) {
    const { decide } = finding;
    if (!decide || explainedOf(finding) === "confirmed") continue;
    const [first = "", second] = decide.between;
    add(decide, finding).decides.add(
      second === undefined ? `whether it is ${first}` : `between ${first} and ${second}`,
    );
  }
  for (const finding of shown) {
    // A confirmed cause needs nothing more, nor does its symptom; a rival that is still open does.
    const isDone = finding.kind === "cause" ? finding.verdict === "confirmed" : false;
    if (isDone || explainedOf(finding) === "confirmed") continue;
    for (const missing of finding.missing) add(missing, finding).rules.add(finding.rule);
  }
  const all = [...questions.values()];
  const deciding = all.filter(({ decides }) => decides.size > 0);
  const others = all.filter(({ decides }) => decides.size === 0);
  return [
    ...deciding.toSorted((a, b) => b.decides.size - a.decides.size || costOf(a) - costOf(b)),
    ...others.toSorted((a, b) => costOf(a) - costOf(b)),
  ];
}

/** Where a command is to be run, in words. */
export function placeOf({ command, text, hosts }: Question): string {
  const isRemote = command.startsWith("kubectl ") || command.startsWith("inquest ");
  if (isRemote || isElsewhere(text)) return "";
  return hosts.size === 0 ? "" : `on ${firstOf([...hosts], NAMED_HOSTS)}`;
}

/** The questions that are open, each with its command on a line of its own, so that it can be copied. */
export function renderQuestions(questions: readonly Question[], layout: Layout): string[] {
  if (questions.length === 0) return [];
  const shown = questions.slice(0, MOST_QUESTIONS);
  const left = questions.length - shown.length;
  const lines = shown.flatMap((question) => {
    const { command, text, decides, rules } = question;
    const place = placeOf(question);
    const what =
      decides.size > 0
        ? `decides ${firstOf([...decides], NAMED_RULES)}`
        : `tells more of ${firstOf([...rules], NAMED_RULES)}`;
    const why = `${place === "" ? "" : `${place}: `}${text}; ${what}`;
    return [
      `  ${layout.paint("bold", printable(command))}`,
      wrap(printable(why), layout.width, "      ", "      "),
    ];
  });
  const rest = left > 0 ? [`  and ${left} more: inquest inventory lists them all`] : [];
  return [section("COLLECT NEXT", [...lines, ...rest], layout)];
}
