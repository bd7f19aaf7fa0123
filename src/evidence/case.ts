import type { Artifact, Bundle } from "../bundle/index.ts";
import { isClusterWide } from "../bundle/index.ts";
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
  const hosts = [...artifactsByHost(bundle)].map(([name, artifacts]) => {
    const [only] = before.size === 1 ? before : [];
    const [comparedWith, comparedArtifacts] = before.has(name) ? [name, before.get(name)] : (only ?? []);
    const peer =
      comparedArtifacts &&
      new HostEvidence(comparedWith ?? null, comparedArtifacts, { cluster: clusterBefore });
    const paths = bundle.artifacts.filter(({ host }) => host === name).map(({ path }) => path);
    return new HostEvidence(name, artifacts, { cluster, baseline: peer, paths: new Set(paths) });
  });
  hosts.sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  return { artifacts: [...bundle.artifacts, ...(baseline?.artifacts ?? [])], hosts, cluster };
}

function artifactsByHost(bundle: Bundle): Map<string | null, Artifact[]> {
  const byHost = new Map<string | null, Artifact[]>();
  for (const artifact of bundle.artifacts) {
    if (artifact.content === undefined || isClusterWide(artifact)) continue;
    const list = byHost.get(artifact.host) ?? [];
    list.push(artifact);
    byHost.set(artifact.host, list);
  }
  return byHost;
}

const clusterOf = ({ artifacts }: Bundle) => new ClusterEvidence(artifacts.filter(isClusterWide));
