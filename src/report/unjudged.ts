import { compareText, firstOf, groupBy } from "../bytes/index.ts";
import type { Case } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import { printable } from "./escape.ts";
import { wordsOf } from "./kind-words.ts";
import type { Layout } from "./layout.ts";
import { section } from "./layout.ts";
import type { Report } from "./report.ts";
import { unlookedFor } from "./unlooked-for.ts";
import { wrap } from "./wrap.ts";

/** What was not collected, or could not be read, and the symptoms that nothing else could show. */
export interface Unjudged {
  /** What it is, in words. */
  readonly text: string;
  /** What collects it. */
  readonly command: string | null;
  /** Where it is missing; `null` for the cluster, and for a host without a name. */
  readonly hosts: readonly (string | null)[];
  /** Ids of the symptoms. */
  readonly rules: readonly string[];
}

const NAMED_HOSTS = 4;
/** Kinds of artifacts that are named before the rest is counted. */
const NAMED_KINDS = 16;

/** What could not be judged for lack of artifacts: what most symptoms are looked for in stands first. */
export function unjudgedOf(evidence: Case, rules: readonly Rule[]): Unjudged[] {
  const lacks = groupBy(unlookedFor(evidence, rules), ({ command, text }) => command ?? text);
  return [...lacks.values()]
    .flatMap((all) => {
      const [first, ...others] = all;
      if (!first) return [];
      // The one that asks for nothing else names it best.
      const text = others.reduce(
        (best, each) => (each.text.length < best.length ? each.text : best),
        first.text,
      );
      return {
        text,
        command: first.command,
        hosts: [...new Set(all.map(({ host }) => host))],
        rules: [...new Set(all.map(({ rule }) => rule))].sort(),
      };
    })
    .toSorted((a, b) => b.rules.length - a.rules.length || compareText(a.text, b.text));
}

/**
 * Where nothing was seen, what was looked at, and what could not be judged; a line of that elsewhere.
 */
export function unjudgedLines({ artifacts, findings, unjudged = [] }: Report, layout: Layout): string[] {
  const symptoms = new Set(unjudged.flatMap(({ rules }) => rules)).size;
  const many = symptoms === 1 ? "1 symptom" : `${symptoms} symptoms`;
  if (findings.some(({ kind }) => kind !== "audit")) {
    const text = `Not judged for lack of artifacts: ${many}. inquest inventory names what would show them.`;
    return symptoms === 0 ? [] : [layout.paint("dim", wrap(text, layout.width, "", "  "))];
  }
  const read = artifacts.filter(({ status, baseline }) => status !== "unread" && !baseline);
  const kinds = [
    ...new Set(
      read.map(({ kind }) => wordsOf(kind)).flatMap(({ text, command }) => (command === null ? [] : [text])),
    ),
  ];
  const names = new Set(artifacts.flatMap(({ host }) => host ?? []));
  const rows = unjudged.map(({ text, hosts, rules }) => {
    const some = hosts.filter((host) => host !== null);
    const where = some.length === 0 || some.length === names.size ? "" : ` on ${firstOf(some, NAMED_HOSTS)}`;
    const count = rules.length === 1 ? "1 symptom" : `${rules.length} symptoms`;
    return wrap(printable(`${text}${where}: ${count}`), layout.width, "  ", "    ");
  });
  return [
    ...(kinds.length > 0
      ? [
          section(
            "LOOKED AT",
            [wrap(kinds.slice(0, NAMED_KINDS).join("; "), layout.width, "  ", "  ")],
            layout,
          ),
        ]
      : []),
    ...(rows.length > 0
      ? [
          section(
            "NOT JUDGED, FOR LACK OF",
            [
              ...rows,
              wrap("inquest inventory prints the commands that collect them.", layout.width, "  ", "  "),
            ],
            layout,
          ),
        ]
      : []),
  ];
}
