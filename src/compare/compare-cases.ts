import type { Case, HostEvidence } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import { diagnose } from "../rules/index.ts";
import type { Section } from "./change.ts";
import { compareCaptures } from "./compare-captures.ts";
import { compareClusterNumbers } from "./cluster-numbers.ts";
import { compareCounters } from "./compare-counters.ts";
import { compareFindings } from "./compare-findings.ts";
import { compareSetup } from "./compare-node.ts";
import { compareObjects } from "./compare-objects.ts";
import { compareProcesses } from "./compare-processes.ts";
import { compareNumbers } from "./host-numbers.ts";
import { compareTasks } from "./compare-tasks.ts";

/** One host, or the cluster, then and now. */
export interface ComparedHost {
  /** As the later bundle names it; `null` for a host without a name. */
  readonly host: string | null;
  /** The host of the earlier bundle that it is compared with. */
  readonly with: string | null;
  /** A section for each matter that both bundles hold evidence of, changed or not. */
  readonly sections: readonly Section[];
}

/** What changed from one bundle to another. Plain data: it serialises as it is. */
export interface Comparison {
  readonly schema: "inquest/comparison@1";
  readonly findings: Section;
  readonly hosts: readonly ComparedHost[];
  /** What the clusters' own objects say. */
  readonly cluster: readonly Section[];
  /** Hosts that only one bundle has. */
  readonly alone: readonly { readonly in: "before" | "after"; readonly host: string | null }[];
}

/**
 * Compares two cases in every matter that both hold evidence of. Hosts of one name are compared; so are the only hosts of
 * two cases, whatever their names.
 */
export function compareCases(before: Case, after: Case, rules: readonly Rule[]): Comparison {
  const pairs = after.hosts.flatMap((later) => {
    const earlier = hostBefore(before, after, later);
    return earlier ? [{ earlier, later }] : [];
  });
  const paired = new Set(pairs.flatMap(({ earlier, later }) => [earlier, later]));
  const alone = (hosts: readonly HostEvidence[]): HostEvidence[] => hosts.filter((host) => !paired.has(host));
  return {
    schema: "inquest/comparison@1",
    findings: compareFindings(diagnose(before, rules), diagnose(after, rules)),
    hosts: pairs.map(({ earlier, later }) => ({
      host: later.name,
      with: earlier.name,
      sections: COMPARISONS.flatMap((compare) => compare(earlier, later)),
    })),
    cluster: [
      ...compareObjects(before.cluster, after.cluster),
      ...compareClusterNumbers(before.cluster, after.cluster),
    ],
    alone: [
      ...alone(before.hosts).map(({ name }) => ({ in: "before" as const, host: name })),
      ...alone(after.hosts).map(({ name }) => ({ in: "after" as const, host: name })),
    ],
  };
}

/** The host of an earlier case that one of a later is compared with. */
export function hostBefore(before: Case, after: Case, later: HostEvidence): HostEvidence | undefined {
  const only = before.hosts.length === 1 && after.hosts.length === 1;
  return only ? before.hosts[0] : before.hosts.find((host) => isSame(host, later));
}

/** Whether they are of one name, or may both be of the host without one; what is told apart without a name is the same as nothing. */
function isSame(a: HostEvidence, b: HostEvidence): boolean {
  const isApart = ({ artifacts }: HostEvidence): boolean => artifacts[0]?.apart !== undefined;
  return a.name === b.name && !isApart(a) && !isApart(b);
}

const COMPARISONS: readonly ((before: HostEvidence, after: HostEvidence) => Section[])[] = [
  compareSetup,
  compareCounters,
  compareNumbers,
  compareTasks,
  compareProcesses,
  compareCaptures,
];
