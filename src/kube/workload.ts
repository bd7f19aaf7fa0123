import type { Json } from "./json.ts";
import { list, member, text } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { labelsOf } from "./pod.ts";

/** What makes pods and replaces them: a Deployment, StatefulSet or DaemonSet, as far as rollouts are concerned. */
export interface Workload {
  readonly object: KubeObject;
  readonly kind: string;
  /** Empty in a manifest that leaves it to whoever applies it. */
  readonly namespace: string;
  readonly name: string;
  /** `undefined` where it isn't said; the API server's default is 1. */
  readonly replicas: number | undefined;
  /** Labels that its pods have. */
  readonly podLabels: ReadonlyMap<string, string>;
  /** Containers that listen, by their `ports`; where none names a port, all. */
  readonly containers: readonly ServingContainer[];
  /** Whether any of its containers names a port. */
  readonly namesPorts: boolean;
  /** The API server's default is 30. */
  readonly terminationGracePeriodSeconds: number;
}

/** A container that gets traffic. */
export interface ServingContainer {
  readonly name: string;
  readonly hasReadinessProbe: boolean;
  readonly hasPreStop: boolean;
}

const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
const DEFAULT_GRACE = 30;

/** @returns `undefined` where the object is no such workload, or lacks its name or its pods' template */
export function workloadOf(object: KubeObject): Workload | undefined {
  if (!WORKLOADS.has(object.kind)) return undefined;
  const { kind, value } = object;
  const name = text(value, "metadata", "name");
  const template = member(value, "spec", "template");
  const containers = list(template, "spec", "containers");
  if (name === undefined || containers.length === 0) return undefined;
  const listening = containers.filter((each) => list(each, "ports").length > 0);
  const replicas = member(value, "spec", "replicas");
  const grace = member(template, "spec", "terminationGracePeriodSeconds");
  return {
    object,
    kind,
    namespace: text(value, "metadata", "namespace") ?? "",
    name,
    replicas: typeof replicas === "number" ? replicas : undefined,
    podLabels: labelsOf(member(template, "metadata", "labels")),
    containers: (listening.length > 0 ? listening : containers).map(servingContainer),
    namesPorts: listening.length > 0,
    terminationGracePeriodSeconds: typeof grace === "number" ? grace : DEFAULT_GRACE,
  };
}

function servingContainer(container: Json): ServingContainer {
  return {
    name: text(container, "name") ?? "",
    hasReadinessProbe: isSet(member(container, "readinessProbe")),
    hasPreStop: isSet(member(container, "lifecycle", "preStop")),
  };
}

const isSet = (value: Json | undefined): boolean => typeof value === "object" && value !== null;
