import type { Artifact, Bundle } from "../bundle/index.ts";
import { isClusterWide } from "../bundle/index.ts";
import { groupBy, memo } from "../bytes/index.ts";
import { ClusterEvidence } from "./cluster-evidence.ts";
import { clustersIn } from "./clusters.ts";
import { HostEvidence } from "./host-evidence.ts";

/** All evidence of one case, host by host. Rules read this and nothing below it. */
export interface Case {
  /** Those of the case, then those of its baseline. */
  readonly artifacts: readonly Artifact[];
  /** Every host that has evidence, in name order, the nameless one first. */
  readonly hosts: readonly HostEvidence[];
  /** What is of no host; of several clusters the first. */
  readonly cluster: ClusterEvidence;
  /** Every cluster that has evidence, and one without any where there is none: what they say is never joined. */
  readonly clusters: readonly ClusterEvidence[];
}

/**
 * Sorts a bundle's models by host. Evidence of different hosts is never joined.
 *
 * @param baseline a healthy or earlier bundle: each host is compared with the host of its name there, or with the only
 *   host there is, which is then a peer
 */
export function buildCase(bundle: Bundle, baseline?: Bundle): Case {
  const before = baseline ? artifactsByHost(baseline) : new Map<string | null, Artifact[]>();
  const collected = groupBy(bundle.artifacts, keyOf);
  const clocks = clocksOf(bundle);
  const clocksBefore = baseline && clocksOf(baseline);
  const [clusterBefore, anotherBefore] = baseline ? clustersOf(baseline) : [];
  // Which of several it is compared with, nothing tells.
  const comparedCluster = anotherBefore ? undefined : clusterBefore;
  const clusters = clustersOf(bundle, comparedCluster);
  const [cluster = new ClusterEvidence([])] = clusters;
  const hosts = [...artifactsByHost(bundle)].map(([key, artifacts]) => {
    const [only] = before.size === 1 ? before : [];
    const [comparedWith, comparedArtifacts] = before.has(key) ? [key, before.get(key)] : (only ?? []);
    const peer =
      comparedArtifacts &&
      new HostEvidence(nameOf(comparedWith), comparedArtifacts, {
        cluster: comparedCluster,
        ...(clocksBefore && { clocks: clocksBefore }),
      });
    const paths = new Set((collected.get(key) ?? []).map(({ path }) => path));
    return new HostEvidence(nameOf(key), artifacts, {
      cluster: clusterOfHost(nameOf(key), artifacts, clusters),
      baseline: peer,
      paths,
      clocks,
    });
  });
  hosts.sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  return { artifacts: [...bundle.artifacts, ...(baseline?.artifacts ?? [])], hosts, cluster, clusters };
}

/** What stands before the key of artifacts that the bundle tells apart and gives no host; no name begins so. */
const APART = "\0";

/** What artifacts that may be joined have alike: their host, or what they are told apart by. */
const keyOf = ({ host, apart }: Artifact): string | null => (apart === undefined ? host : APART + apart);
const nameOf = (key: string | null | undefined): string | null =>
  key === undefined || key === null || key.startsWith(APART) ? null : key;

function artifactsByHost({ artifacts }: Bundle): Map<string | null, Artifact[]> {
  const ofHosts = artifacts.filter((artifact) => artifact.content !== undefined && !isClusterWide(artifact));
  return groupBy(ofHosts, keyOf);
}

/** What tells the time and is of no host that is known; it was taken with the rest all the same. */
const clocksOf = ({ artifacts }: Bundle): readonly Artifact[] =>
  artifacts.filter(({ kind, host, apart }) => kind === "clock" && host === null && apart === undefined);

function clustersOf(bundle: Bundle, baseline?: ClusterEvidence): readonly ClusterEvidence[] {
  const clocks = bundle.artifacts.filter(({ kind }) => kind === "clock");
  const parts = clustersIn(bundle.artifacts.filter(isClusterWide));
  return parts.map(
    ({ name, artifacts }) =>
      // Of several, nothing tells which it is compared with.
      new ClusterEvidence(artifacts, { name, clocks, baseline: parts.length > 1 ? undefined : baseline }),
  );
}

/**
 * The cluster that a host is a node of: the only one, else the one that has a node of its name, else the one whose evidence lies beside the
 * host's own; one without evidence where none of these tells.
 */
function clusterOfHost(
  name: string | null,
  artifacts: readonly Artifact[],
  clusters: readonly ClusterEvidence[],
): ClusterEvidence {
  const [first = new ClusterEvidence([])] = clusters;
  if (clusters.length < 2) return first;
  const having = clusters.filter((cluster) => name !== null && nodesOf(cluster).has(name));
  const [only] = having;
  if (only && having.length === 1) return only;
  const beside = (having.length > 0 ? having : clusters).filter((cluster) =>
    artifacts.every(({ path }) => cluster.name !== undefined && path.startsWith(`${cluster.name}/`)),
  );
  const [near] = beside;
  return near && beside.length === 1 ? near : new ClusterEvidence([]);
}

const nodesOf = memo(
  (cluster: ClusterEvidence): ReadonlySet<string> =>
    new Set([
      ...cluster.listed.flatMap(({ kind, name }) => (kind === "Node" ? (name ?? []) : [])),
      ...cluster.pods.flatMap(({ node }) => node ?? []),
    ]),
);
