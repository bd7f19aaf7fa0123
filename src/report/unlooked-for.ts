import type { Artifact } from "../bundle/index.ts";
import type { Case } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import { needsOf } from "../rules/index.ts";
import { wordsOf } from "./kind-words.ts";

/** A symptom that can't be looked for, because nothing of the kinds that show it was read. */
export interface Unlooked {
  /** `null` for the cluster, and for a host without a name. */
  readonly host: string | null;
  readonly rule: string;
  /** What it would be looked for in, in words. */
  readonly text: string;
  readonly command: string | null;
}

/** The symptoms that can't be looked for: of each host, or of the cluster. */
export function* unlookedFor(evidence: Case, rules: readonly Rule[]): Generator<Unlooked> {
  for (const { host, rule, kinds } of unlookedKinds(evidence, rules)) {
    // What has no words of its own comes with something that has.
    const all = kinds
      .map(wordsOf)
      .toSorted((x, y) => Number(x.command === null) - Number(y.command === null));
    const [first] = all;
    if (!first) continue;
    const known = all.filter(({ command }) => command !== null || first.command === null);
    const text = [...new Set(known.map((words) => words.text))].join(", or ");
    yield { host, rule, text, command: first.command };
  }
}

function* unlookedKinds(
  { hosts, cluster }: Case,
  rules: readonly Rule[],
): Generator<{ host: string | null; rule: string; kinds: readonly string[] }> {
  const inCluster = new Set(cluster.artifacts.filter(hasContent).map(({ kind }) => kind));
  const kindsOfHosts = hosts.map(
    ({ name, artifacts }) => [name, new Set<string>(artifacts.map(({ kind }) => kind))] as const,
  );
  for (const rule of rules) {
    if (rule.kind !== "symptom") continue;
    const needs = needsOf(rule);
    if (needs.cluster.some((kind) => inCluster.has(kind))) continue;
    const needed = [...needs.host, ...needs.cluster];
    if (needs.host.length === 0) {
      if (needed.length > 0) yield { host: null, rule: rule.id, kinds: needed };
      continue;
    }
    for (const [host, kinds] of kindsOfHosts)
      if (!needs.host.some((kind) => kinds.has(kind))) yield { host, rule: rule.id, kinds: needed };
    if (kindsOfHosts.length === 0) yield { host: null, rule: rule.id, kinds: needed };
  }
}

const hasContent = ({ content }: Artifact): boolean => content !== undefined;
