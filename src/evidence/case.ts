import type { Artifact, Bundle } from "../bundle/index.ts";
import { isClusterWide } from "../bundle/index.ts";
import { groupBy } from "../bytes/index.ts";
import { ClusterEvidence } from "./cluster-evidence.ts";
import { HostEvidence } from "./host-evidence.ts";

/** All evidence of one case, host by host. Rules read this and nothing below it. */
export interface Case {
  /** Those of the case, then those of its baseline. */
  readonly artifacts: readonly Artifact[];
  /** Every host that has evidence, in name order, the nameless one first. */
  readonly hosts: readonly HostEvidence[];
  /** What is of no host. */
  readonly cluster: ClusterEvidence;
}

/**
 * Sorts a bundle's models by host. Evidence of different hosts is never joined.
 *
 * @param baseline a healthy or earlier bundle: each host is compared with the host of its name there, or with the only
 *   host there is, which is then a peer
 */
export function buildCase(bundle: Bundle, baseline?: Bundle): Case {
  const before = baseline ? artifactsByHost(baseline) : new Map<string | null, Artifact[]>();
  const cluster = clusterOf(bundle);
  const clusterBefore = baseline && clusterOf(baseline);
  const collected = groupBy(bundle.artifacts, keyOf);
  const hosts = [...artifactsByHost(bundle)].map(([key, artifacts]) => {
    const [only] = before.size === 1 ? before : [];
    const [comparedWith, comparedArtifacts] = before.has(key) ? [key, before.get(key)] : (only ?? []);
    const peer =
      comparedArtifacts &&
      new HostEvidence(nameOf(comparedWith), comparedArtifacts, { cluster: clusterBefore });
    const paths = new Set((collected.get(key) ?? []).map(({ path }) => path));
    return new HostEvidence(nameOf(key), artifacts, { cluster, baseline: peer, paths });
  });
  hosts.sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  return { artifacts: [...bundle.artifacts, ...(baseline?.artifacts ?? [])], hosts, cluster };
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

const clusterOf = ({ artifacts }: Bundle) => new ClusterEvidence(artifacts.filter(isClusterWide));
