import type { Artifact, Bundle } from "../bundle/index.ts";
import { HostEvidence } from "./host-evidence.ts";

/** All evidence of one case, host by host. Rules read this and nothing below it. */
export interface Case {
  readonly artifacts: readonly Artifact[];
  /** Every host that has evidence, in name order, the nameless one first. */
  readonly hosts: readonly HostEvidence[];
}

/** Sorts a bundle's models by host. Evidence of different hosts is never joined. */
export function buildCase(bundle: Bundle): Case {
  const byHost = new Map<string | null, Artifact[]>();
  for (const artifact of bundle.artifacts) {
    if (artifact.content === undefined) continue;
    const list = byHost.get(artifact.host) ?? [];
    list.push(artifact);
    byHost.set(artifact.host, list);
  }
  const hosts = [...byHost].map(([name, artifacts]) => new HostEvidence(name, artifacts));
  hosts.sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  return { artifacts: bundle.artifacts, hosts };
}
