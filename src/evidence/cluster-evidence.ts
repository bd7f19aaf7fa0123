import type { Artifact, Located, ModelOf } from "../bundle/index.ts";
import { groupBy } from "../bytes/index.ts";
import type { Endpoints, KubeObject, KubeObjects, Pod, Service, Workload } from "../kube/index.ts";
import { endpointsOf, list, podOf, serviceOf, text, workloadOf } from "../kube/index.ts";
import { selectedBy, selectorsOf } from "./by-labels.ts";
import type { Cite } from "./cite.ts";
import { latestOf } from "./latest-of.ts";
import { mergedPods } from "./merged-pods.ts";
import { modelsOf } from "./models-of.ts";

/** One listing of pods, as an artifact has it. */
export interface PodListing {
  readonly artifact: Artifact;
  readonly pods: readonly Pod[];
  /**
   * Whether it is of the whole cluster: of several namespaces, and read to its end. `kubectl get` lists one, or all.
   */
  readonly isWhole: boolean;
  /** The latest time in it, in seconds since 1970: it was taken then or later. */
  readonly latest: number | undefined;
}

/** What a cluster's evidence is read beside. */
interface Beside {
  /** The folder that tells the cluster from the case's others. */
  readonly name?: string | undefined;
  /** The cluster in the bundle that the case is compared with. */
  readonly baseline?: ClusterEvidence | undefined;
  /** What tells the time of the bundle's takes. */
  readonly clocks?: readonly Artifact[];
}

/** What is known of the cluster as a whole, which is of no host. Everything derived is computed when first asked for. */
export class ClusterEvidence {
  readonly artifacts: readonly Artifact[];
  /** The folder that tells the cluster from others; absent where the case has one cluster. */
  readonly name: string | undefined;
  /** What the cluster is compared with: itself at another time, or another one. */
  readonly baseline: ClusterEvidence | undefined;
  /** What tells the time of the bundle's takes. */
  readonly clocks: readonly Artifact[];
  readonly #byKind = new Map<keyof ModelOf, readonly Located<ModelOf[keyof ModelOf]>[]>();
  #objects: ReadonlyMap<KubeObject, Artifact> | undefined;
  #all: readonly KubeObject[] | undefined;
  #whole: readonly KubeObject[] | undefined;
  #listings: readonly PodListing[] | undefined;
  #pods: readonly Pod[] | undefined;
  #podsByAddress: ReadonlyMap<string, readonly Pod[]> | undefined;
  #workloads: ReadonlyMap<string, Workload> | undefined;
  #services: readonly Service[] | undefined;
  #servicesByNamespace: ReadonlyMap<string, readonly Service[]> | undefined;
  #podsByNamespace: ReadonlyMap<string, readonly Pod[]> | undefined;
  #endpoints: readonly Endpoints[] | undefined;
  #owners: ReadonlyMap<string, KubeObject> | undefined;

  constructor(artifacts: readonly Artifact[], beside: Beside = {}) {
    this.artifacts = artifacts;
    this.name = beside.name;
    this.baseline = beside.baseline;
    this.clocks = beside.clocks ?? [];
  }

  /** The artifacts of one kind, each with its model. */
  models<Kind extends keyof ModelOf>(kind: Kind): readonly Located<ModelOf[Kind]>[] {
    let models = this.#byKind.get(kind);
    if (!models) this.#byKind.set(kind, (models = modelsOf(this.artifacts, kind)));
    // What is kept under a kind is of that kind.
    return models as readonly Located<ModelOf[Kind]>[];
  }

  /** Every object of the API that was listed whole, as often as it was, in the order of the artifacts. */
  get objects(): readonly KubeObject[] {
    this.#whole ??= this.listed.filter(({ isWhole }) => isWhole);
    return this.#whole;
  }

  /** Those, and what tables and other texts for people show of objects: what such a one lacks is unknown. */
  get listed(): readonly KubeObject[] {
    this.#all ??= [...this.#listed.keys()];
    return this.#all;
  }

  /** All that were listed; one that was listed several times as it was listed last. */
  get pods(): readonly Pod[] {
    this.#pods ??= mergedPods(this.podListings.flatMap(({ pods }) => pods));
    return this.#pods;
  }

  /** What listed pods, artifact by artifact. */
  get podListings(): readonly PodListing[] {
    this.#listings ??= this.#sources.flatMap(({ model, artifact }) => {
      const pods = model.objects.flatMap((object) => podOf(object) ?? []);
      if (pods.length === 0) return [];
      const namespaces = new Set(pods.map(({ namespace }) => namespace));
      // Who describes pods has chosen them.
      const isWhole =
        namespaces.size > 1 && artifact.status === "read" && artifact.kind !== "kubectl-describe";
      const latest = pods.reduce((time, pod) => Math.max(time, pod.latest ?? time), Number.NEGATIVE_INFINITY);
      return [{ artifact, pods, isWhole, latest: Number.isFinite(latest) ? latest : undefined }];
    });
    return this.#listings;
  }

  get workloads(): readonly Workload[] {
    return [...this.#workloadsByName.values()];
  }

  get services(): readonly Service[] {
    this.#services ??= latestOf(this.#every(serviceOf), nameOf);
    return this.#services;
  }

  /** Endpoints and EndpointSlices. */
  get endpoints(): readonly Endpoints[] {
    this.#endpoints ??= this.#every(endpointsOf);
    return this.#endpoints;
  }

  /** The pod that has an address; `undefined` where none has, or several had it one after the other. */
  podAt(address: string): Pod | undefined {
    const [pod, another] = this.podsAt(address).filter(
      ({ phase }) => phase !== "Succeeded" && phase !== "Failed",
    );
    return another === undefined ? pod : undefined;
  }

  /** The pods that have an address or had it, those that have ended included, and those on their host's network not. */
  podsAt(address: string): readonly Pod[] {
    this.#podsByAddress ??= byAddress(this.pods);
    return this.#podsByAddress.get(address) ?? [];
  }

  /** What made a pod, where that was listed. */
  workloadOf(pod: Pod): Workload | undefined {
    const { controller } = pod;
    if (controller === undefined) return undefined;
    const owner = controller.kind === "ReplicaSet" ? this.#deploymentOf(pod, controller.name) : controller;
    return owner && this.#workloadsByName.get(keyOf(owner.kind, pod.namespace, owner.name));
  }

  /** The Services that send traffic to a pod. */
  servicesOf({ namespace, labels }: Pod): readonly Service[] {
    return selectorsOf(this.#servicesIn(namespace), labels);
  }

  /** The pods that a Service sends traffic to once they are ready. */
  podsOf({ namespace, selector }: Service): readonly Pod[] {
    return selectedBy(this.#podsIn(namespace), selector).filter(
      ({ phase }) => phase !== "Succeeded" && phase !== "Failed",
    );
  }

  /** Whether a Service sends traffic to a workload's pods; `undefined` where no Services were listed. */
  isServed({ namespace, podLabels }: Workload): boolean | undefined {
    if (this.services.length === 0) return undefined;
    // Manifests that leave out their namespace are of any.
    const near = namespace === "" ? [this.services] : [this.#servicesIn(namespace), this.#servicesIn("")];
    return near.some((services) => selectorsOf(services, podLabels).length > 0);
  }

  /** A citation of an object. */
  cite(object: KubeObject, says: string): Cite {
    const at = this.#listed.get(object)?.path ?? "";
    return { artifact: at, text: says, where: { line: object.line } };
  }

  /** The artifact that an object stands in. */
  artifactOf(object: KubeObject): Artifact | undefined {
    return this.#listed.get(object);
  }

  /** What lists objects, in the order of the artifacts. */
  get #sources(): readonly Located<KubeObjects>[] {
    const all = LISTINGS.flatMap((kind) => this.models(kind));
    const order = new Map(this.artifacts.map((artifact, i) => [artifact, i] as const));
    return all.sort((a, b) => (order.get(a.artifact) ?? 0) - (order.get(b.artifact) ?? 0));
  }

  /** Every object, with the artifact that it stands in. */
  get #listed(): ReadonlyMap<KubeObject, Artifact> {
    this.#objects ??= new Map(
      this.#sources.flatMap(({ model, artifact }) =>
        model.objects.map((object) => [object, artifact] as const),
      ),
    );
    return this.#objects;
  }

  #servicesIn(namespace: string): readonly Service[] {
    this.#servicesByNamespace ??= groupBy(this.services, namespaceOf);
    return this.#servicesByNamespace.get(namespace) ?? NONE;
  }

  #podsIn(namespace: string): readonly Pod[] {
    this.#podsByNamespace ??= groupBy(this.pods, namespaceOf);
    return this.#podsByNamespace.get(namespace) ?? NONE;
  }

  #every<T>(read: (object: KubeObject) => T | undefined): T[] {
    return this.listed.flatMap((object) => read(object) ?? []);
  }

  get #workloadsByName(): ReadonlyMap<string, Workload> {
    this.#workloads ??= new Map(
      latestOf(this.#every(workloadOf), nameOf).map((each) => [nameOf(each), each] as const),
    );
    return this.#workloads;
  }

  /** A ReplicaSet is called after its Deployment, with a hash behind; the listed ReplicaSet itself says it better. */
  #deploymentOf(pod: Pod, replicaSet: string): { readonly kind: string; readonly name: string } | undefined {
    this.#owners ??= new Map(
      this.objects
        .filter(({ kind }) => kind === "ReplicaSet")
        .map((object) => [keyOf("ReplicaSet", object.namespace ?? "", object.name ?? ""), object] as const),
    );
    const listed = this.#owners.get(keyOf("ReplicaSet", pod.namespace, replicaSet));
    const [owner] = list(listed?.value, "metadata", "ownerReferences");
    const name = text(owner, "name") ?? /^(.+)-[0-9a-z]+$/.exec(replicaSet)?.[1];
    return name === undefined ? undefined : { kind: text(owner, "kind") ?? "Deployment", name };
  }
}

const LISTINGS = ["kube-objects", "kubectl-describe", "kubectl-get"] as const;

const NONE: readonly never[] = [];
const namespaceOf = ({ namespace }: Service | Pod): string => namespace;

/** No name holds a slash. */
const keyOf = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;

function nameOf({ object, namespace, name }: Service | Workload): string {
  return keyOf(object.kind, namespace, name);
}

/** Pods on the host's network share its address. */
function byAddress(pods: readonly Pod[]): Map<string, Pod[]> {
  const known = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (pod.hostNetwork) continue;
    for (const address of pod.addresses) {
      const others = known.get(address);
      if (others) others.push(pod);
      else known.set(address, [pod]);
    }
  }
  return known;
}
