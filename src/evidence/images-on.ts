import type { KubeObject } from "../kube/index.ts";
import { list, member, text } from "../kube/index.ts";
import type { Cite } from "./cite.ts";
import { clusterNodes } from "./cluster-state.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { imageParts } from "./image-name.ts";
import type { ToldVersion } from "./told-versions.ts";

/** Phases in which no container of a pod runs: of those that have ended one may be of years ago. */
const IDLE: ReadonlySet<string> = new Set(["Pending", "Succeeded", "Failed"]);

/** An image that a container of a pod runs. */
export interface RunImage {
  /** Such as `k8s.gcr.io/kube-proxy:v1.14.10`. */
  readonly written: string;
  /** Whether a template or a manifest tells it alone: pods that were made before it was changed may run another. */
  readonly isOfTemplate: boolean;
  readonly cite: Cite;
}

/**
 * The images that match, of pods that run on a host. Those of other nodes' pods say nothing about this one: they are taken only where nobody knows the host for a node, as
 * where it has no name, or one that is none of a node. Where no such pod was listed, those of the templates that pods are made from.
 */
export function imagesOn({ name, cluster }: HostEvidence, pattern: RegExp): readonly RunImage[] {
  const running = cluster.pods.filter(({ phase }) => phase === undefined || !IDLE.has(phase));
  const found = running.flatMap((pod) =>
    matching(pod.object, [], pattern).map((written) => ({
      node: pod.node,
      written,
      // What names no node is a manifest, of this node or another.
      isOfTemplate: pod.node === undefined,
      cite: cluster.cite(pod.object, `pod ${pod.name} runs ${written}`),
    })),
  );
  const isNode =
    cluster.pods.some(({ node }) => node === name) ||
    clusterNodes(cluster).some((node) => node.name === name);
  const scheduled = found.filter(({ node }) => node !== undefined);
  const here = scheduled.filter(({ node }) => name === null || !isNode || node === name);
  if (scheduled.length > 0) return here;
  if (found.length > 0) return found;
  return cluster.workloads.flatMap(({ object, kind, name: workload }) =>
    matching(object, ["spec", "template"], pattern).map((written) => ({
      written,
      isOfTemplate: true,
      cite: cluster.cite(object, `${kind} ${workload} has ${written}`),
    })),
  );
}

/** The versions of images that have a name, as their tags tell them. */
export const imageVersionsOn = (host: HostEvidence, name: RegExp): readonly ToldVersion[] =>
  imagesOn(host, name).map(({ written, isOfTemplate, cite }) => ({
    written: imageParts(written).tag ?? "",
    isIndirect: isOfTemplate,
    cite,
  }));

function matching({ value }: KubeObject, at: readonly string[], pattern: RegExp): string[] {
  return list(member(value, ...at), "spec", "containers").flatMap((container) => {
    const image = text(container, "image") ?? "";
    return pattern.test(image) ? [image] : [];
  });
}
