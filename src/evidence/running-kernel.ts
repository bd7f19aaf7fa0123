import type { KernelRelease } from "../node/index.ts";
import { parseKernelRelease } from "../node/index.ts";
import { agreed, lineCite } from "./agreed.ts";
import type { Cite, Reading } from "./cite.ts";
import { clusterNodes } from "./cluster-state.ts";
import type { HostEvidence } from "./host-evidence.ts";

/**
 * The release of the kernel that a host runs, as it says itself, or else as its Node does, which its kubelet keeps. Where they
 * contradict each other it is unknown: one of them may be from before a reboot.
 */
export function runningKernel(host: HostEvidence): Reading<KernelRelease> {
  const osrelease = host.sysctl("kernel.osrelease");
  const release = osrelease.known ? parseKernelRelease(osrelease.value) : undefined;
  const own = [
    ...host
      .models("uname")
      .flatMap(({ model, artifact }) =>
        model.release ? [{ value: model.release.value, cite: lineCite(artifact, model.release) }] : [],
      ),
    ...(osrelease.known && release ? [{ value: release, cite: osrelease.cite }] : []),
  ];
  return agreed(own.length > 0 ? own : ofNode(host), ({ text }) => text);
}

function ofNode({ name, cluster }: HostEvidence): { readonly value: KernelRelease; readonly cite: Cite }[] {
  if (name === null) return [];
  return clusterNodes(cluster).flatMap((node) => {
    const value = node.name === name ? parseKernelRelease(node.kernelVersion ?? "") : undefined;
    return value ? [{ value, cite: cluster.cite(node.object, `node ${name} runs Linux ${value.text}`) }] : [];
  });
}
