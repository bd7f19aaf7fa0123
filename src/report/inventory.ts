import { compareText, groupBy } from "../bytes/index.ts";
import type { Artifact, FoundCollector } from "../bundle/index.ts";
import { collectorsOf, isClusterWide } from "../bundle/index.ts";
import type { Case } from "../evidence/index.ts";
import type { Finding, Rule } from "../rules/index.ts";
import type { ReportedArtifact } from "./report.ts";
import { reported } from "./report.ts";
import { unlookedFor } from "./unlooked-for.ts";

/** The artifacts of one kind that a host has. */
export interface KindCount {
  readonly kind: string;
  readonly count: number;
  /** How many of them could be read in part only. */
  readonly partial: number;
  readonly paths: readonly string[];
}

/** What was found of one host. */
export interface HostInventory {
  /** `null` for the host that the bundle doesn't name. */
  readonly host: string | null;
  /** Whether the bundle has several hosts' evidence and doesn't tell of which this is: nothing is joined with it. */
  readonly apart: boolean;
  readonly kinds: readonly KindCount[];
}

/** What would let rules tell more. */
export interface Lack {
  /** `null` for the cluster, and for a host without a name. */
  readonly host: string | null;
  /** The rules' area, such as `tcp`. */
  readonly area: string;
  /** What is missing. */
  readonly text: string;
  readonly command: string | null;
  /** Ids of the rules that it is for. */
  readonly rules: readonly string[];
  /** Whether something was seen that it would decide; else it is what symptoms are looked for in. */
  readonly isNear: boolean;
}

/** What is in a bundle, in the shape of the JSON that `inquest inventory` prints. Plain data. */
export interface Inventory {
  readonly schema: "inquest/inventory@1";
  readonly artifacts: readonly ReportedArtifact[];
  readonly collectors: readonly FoundCollector[];
  /** By name, the nameless last. */
  readonly hosts: readonly HostInventory[];
  /** What is of no host: objects, events and metrics of the cluster. */
  readonly cluster: readonly KindCount[];
  /** Where evidence of several clusters was found: each by the folder that tells it from the others; they are not joined. */
  readonly clusters?: readonly { readonly name: string; readonly kinds: readonly KindCount[] }[];
  /** What could not be read, or not wholly, by reason. */
  readonly unread: readonly { readonly reason: string; readonly paths: readonly string[] }[];
  /** What would decide what was seen first. */
  readonly lacking: readonly Lack[];
}

/** Says what is in a case, and what its rules lack. */
export function buildInventory(
  evidence: Case,
  findings: readonly Finding[],
  rules: readonly Rule[],
): Inventory {
  const { artifacts } = evidence;
  const read = artifacts.filter(({ status }) => status !== "unread");
  return {
    schema: "inquest/inventory@1",
    artifacts: artifacts.map(reported),
    collectors: collectorsOf(artifacts.map(({ path }) => path)),
    hosts: hostsOf(read.filter((artifact) => !isClusterWide(artifact))),
    cluster: kindsOf(read.filter(isClusterWide)),
    ...(evidence.clusters.length > 1 && {
      clusters: evidence.clusters.map(({ name = ".", artifacts: own }) => ({ name, kinds: kindsOf(own) })),
    }),
    unread: [
      ...groupBy(
        artifacts.filter(({ reason }) => reason !== undefined),
        ({ reason }) => reason ?? "",
      ),
    ]
      .map(([reason, all]) => ({ reason, paths: all.map(({ path }) => path) }))
      .toSorted((a, b) => b.paths.length - a.paths.length || compareText(a.reason, b.reason)),
    lacking: lackingOf(evidence, findings, rules),
  };
}

function hostsOf(artifacts: readonly Artifact[]): HostInventory[] {
  const byHost = groupBy(artifacts, ({ host, apart }) => JSON.stringify([host, apart ?? null]));
  return [...byHost.values()]
    .flatMap((all) => {
      const [first] = all;
      return first ? [{ host: first.host, apart: first.apart !== undefined, kinds: kindsOf(all) }] : [];
    })
    .toSorted(
      (a, b) =>
        Number(a.host === null) - Number(b.host === null) ||
        compareText(a.host ?? "", b.host ?? "") ||
        Number(a.apart) - Number(b.apart),
    );
}

function kindsOf(artifacts: readonly Artifact[]): KindCount[] {
  return [...groupBy(artifacts, ({ kind }) => kind)]
    .map(([kind, all]) => ({
      kind,
      count: all.length,
      partial: all.filter(({ status }) => status === "partial").length,
      paths: all.map(({ path }) => path),
    }))
    .toSorted((a, b) => compareText(a.kind, b.kind));
}

function lackingOf(evidence: Case, findings: readonly Finding[], rules: readonly Rule[]): Lack[] {
  const lacks = new Map<string, { lack: Omit<Lack, "rules">; rules: Set<string> }>();
  const add = (lack: Omit<Lack, "rules">, rule: string): void => {
    const key = JSON.stringify([lack.host, lack.area, lack.isNear, lack.command ?? lack.text]);
    const known = lacks.get(key);
    if (known) known.rules.add(rule);
    else lacks.set(key, { lack, rules: new Set([rule]) });
  };
  for (const { rule, verdict, host, missing } of findings) {
    if (verdict === "ruled-out" || verdict === "confirmed") continue;
    for (const { text, command } of missing)
      add({ host, area: areaOf(rule), text, command, isNear: true }, rule);
  }
  for (const { host, rule, text, command } of unlookedFor(evidence, rules))
    add({ host, area: areaOf(rule), text, command, isNear: false }, rule);
  return [...lacks.values()]
    .map(({ lack, rules }) => ({ ...lack, rules: [...rules].sort() }))
    .toSorted(
      (a, b) =>
        Number(b.isNear) - Number(a.isNear) ||
        compareText(a.host ?? "\uffff", b.host ?? "\uffff") ||
        compareText(a.area, b.area) ||
        b.rules.length - a.rules.length ||
        compareText(a.text, b.text),
    );
}

const areaOf = (rule: string): string => rule.split("/")[0] ?? rule;
