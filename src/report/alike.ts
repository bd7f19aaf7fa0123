import { firstOf, groupBy } from "../bytes/index.ts";
import type { Finding } from "../rules/index.ts";
import { printable } from "./escape.ts";

/** Findings that differ by their hosts, and by names and numbers, alone: one of them stands for all. */
export interface Member {
  readonly finding: Finding;
  /** The others. */
  readonly alike: readonly Finding[];
}

/** Findings of one rule and verdict, which a text tells under one head. */
export interface Group {
  readonly first: Finding;
  readonly members: readonly Member[];
}

/** Other hosts that are named before the rest is counted. */
const NAMED_HOSTS = 10;

/** Findings by rule and verdict, what is over by itself, in the order of the first of each. */
export function groupsOf(findings: readonly Finding[]): Group[] {
  const byRule = groupBy(findings, ({ rule, kind, verdict, when }) =>
    JSON.stringify([rule, kind, verdict, when !== undefined]),
  );
  return [...byRule.values()].flatMap((all) => {
    const [first] = all;
    return first ? [{ first, members: membersOf(all) }] : [];
  });
}

function membersOf(findings: readonly Finding[]): Member[] {
  return [...groupBy(findings, shapeOf).values()].flatMap(([finding, ...alike]) => {
    return finding ? [{ finding, alike }] : [];
  });
}

/** What a finding says without what is of its host alone. */
function shapeOf({ host, subject, summary, explains, differential, missing }: Finding): string {
  const general = (text: string): string =>
    (host === null ? text : text.replaceAll(host, "")).replace(/[0-9a-f]*\d[0-9a-f]*/g, "#");
  const leading = differential?.filter(({ verdict }) => verdict !== "ruled-out");
  const asked = missing.map(({ command }) => general(command));
  // Without a host there is nothing else to tell them apart by.
  const own = host === null ? JSON.stringify(subject) : "";
  const led = leading?.map(({ rule, verdict }) => [rule, verdict]);
  return JSON.stringify([own, subject.kind, general(summary), explains, led, asked]);
}

/** `The same on 4 more hosts: node-b, node-c, …`; nothing where there are none. */
export function alikeInWords({ finding, alike }: Member): string[] {
  const hosts = [...new Set(alike.map(({ host }) => host ?? "a host without a name"))].filter(
    (host) => host !== finding.host,
  );
  if (alike.length === 0) return [];
  if (hosts.length === 0)
    return [`The same ${alike.length === 1 ? "once" : `${alike.length} times`} more here.`];
  const many = hosts.length === 1 ? "" : ` ${hosts.length} more hosts:`;
  return [`The same on${many} ${printable(firstOf(hosts, NAMED_HOSTS))}.`];
}
