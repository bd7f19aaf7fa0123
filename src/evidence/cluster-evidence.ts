import type { Artifact } from "../bundle/index.ts";
import type { KubeObject, Pod, Service, Workload } from "../kube/index.ts";
import { podOf, selects, serviceOf, text, list, workloadOf } from "../kube/index.ts";
import type { Cite } from "./cite.ts";
import { modelsOf } from "./models-of.ts";

/** An object of the cluster, and the artifact that it stands in. */
interface Listed<T> {
  readonly of: T;
  readonly artifact: Artifact;
}

/** What is known of the cluster as a whole, which is of no host. Everything derived is computed when first asked for. */
export class ClusterEvidence {
  readonly artifacts: readonly Artifact[];
  #objects: readonly Listed<KubeObject>[] | undefined;
  #pods: readonly Pod[] | undefined;
  #podsByAddress: ReadonlyMap<string, readonly Pod[]> | undefined;
  #workloads: readonly Workload[] | undefined;
  #services: readonly Service[] | undefined;

  constructor(artifacts: readonly Artifact[]) {
    this.artifacts = artifacts;
  }

  get pods(): readonly Pod[] {
    this.#pods ??= this.#every(podOf);
    return this.#pods;
  }

  get workloads(): readonly Workload[] {
    this.#workloads ??= this.#every(workloadOf);
    return this.#workloads;
  }

  get services(): readonly Service[] {
    this.#services ??= this.#every(serviceOf);
    return this.#services;
  }

  /** The pod that has an address; `undefined` where none has, or several had it one after the other. */
  podAt(address: string): Pod | undefined {
    this.#podsByAddress ??= byAddress(this.pods);
    const [pod, another] = this.#podsByAddress.get(address) ?? [];
    return another === undefined ? pod : undefined;
  }

  /** What made a pod, where that was listed. */
  workloadOf(pod: Pod): Workload | undefined {
    const { controller } = pod;
    if (controller === undefined) return undefined;
    const owner = controller.kind === "ReplicaSet" ? this.#deploymentOf(pod, controller.name) : controller;
    return this.workloads.find(
      ({ kind, name, namespace }) =>
        kind === owner?.kind && name === owner.name && namespace === pod.namespace,
    );
  }

  /** Whether a Service sends traffic to a workload's pods; `undefined` where no Services were listed. */
  isServed({ namespace, podLabels }: Workload): boolean | undefined {
    if (this.services.length === 0) return undefined;
    return this.services.some((each) => each.namespace === namespace && selects(each.selector, podLabels));
  }

  /** A citation of an object. */
  cite(object: KubeObject, says: string): Cite {
    const at = this.#listed.find(({ of }) => of === object)?.artifact.path ?? "";
    return { artifact: at, text: says, where: { line: object.line } };
  }

  get #listed(): readonly Listed<KubeObject>[] {
    this.#objects ??= modelsOf(this.artifacts, "kube-objects").flatMap(({ model, artifact }) =>
      model.objects.map((of) => ({ of, artifact })),
    );
    return this.#objects;
  }

  #every<T>(read: (object: KubeObject) => T | undefined): T[] {
    return this.#listed.flatMap(({ of }) => read(of) ?? []);
  }

  /** A ReplicaSet is called after its Deployment, with a hash behind; the listed ReplicaSet itself says it better. */
  #deploymentOf(pod: Pod, replicaSet: string): { readonly kind: string; readonly name: string } | undefined {
    const listed = this.#listed.find(
      ({ of }) => of.kind === "ReplicaSet" && of.name === replicaSet && of.namespace === pod.namespace,
    );
    const [owner] = list(listed?.of.value, "metadata", "ownerReferences");
    const name = text(owner, "name") ?? /^(.+)-[0-9a-z]+$/.exec(replicaSet)?.[1];
    return name === undefined ? undefined : { kind: text(owner, "kind") ?? "Deployment", name };
  }
}

/** Pods on the host's network share its address. What has ended has none any more. */
function byAddress(pods: readonly Pod[]): Map<string, Pod[]> {
  const known = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (pod.hostNetwork || pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    for (const address of pod.addresses) known.set(address, [...(known.get(address) ?? []), pod]);
  }
  return known;
}
