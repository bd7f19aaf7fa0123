import type { Json } from "./json.ts";
import { list, member, text, time } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";
import { controllerOf } from "./owner.ts";

/** A pod, as far as traffic to it is concerned. Times are seconds since 1970, by the API server's or the kubelet's clock. */
export interface Pod {
  readonly object: KubeObject;
  /** Empty where a table doesn't show it. */
  readonly namespace: string;
  readonly name: string;
  /** What tells it from others that had its name before or after. */
  readonly uid: string | undefined;
  /** Its addresses; those of its node where {@link hostNetwork} says so. */
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  /** Addresses of its node. */
  readonly hostIP: string | undefined;
  readonly node: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly created: number | undefined;
  /** When it is to be gone at the latest; set once somebody deletes it. The API server adds the grace period to the time of the request. */
  readonly deletionTimestamp: number | undefined;
  readonly deletionGracePeriodSeconds: number | undefined;
  readonly phase: string | undefined;
  /** What owns it, such as a ReplicaSet. */
  readonly controller: { readonly kind: string; readonly name: string } | undefined;
  /** When its containers last started. */
  readonly started: readonly number[];
  /** When the last of its containers ended, if all have and it has ended itself. */
  readonly finished: number | undefined;
  /** When it became ready, if it is. */
  readonly readySince: number | undefined;
  /** The latest time that it names, which was before it was listed; a grace period is taken off its {@link deletionTimestamp}. */
  readonly latest: number | undefined;
}

/** @returns `undefined` where the object is no pod, or was cut or hidden so far that it has no name */
export function podOf(object: KubeObject): Pod | undefined {
  if (object.kind !== "Pod") return undefined;
  const { value } = object;
  const [name, namespace] = [text(value, "metadata", "name"), text(value, "metadata", "namespace")];
  if (name === undefined || (namespace === undefined && object.isWhole)) return undefined;
  const ready = list(value, "status", "conditions").find((each) => text(each, "type") === "Ready");
  const grace = member(value, "metadata", "deletionGracePeriodSeconds");
  const graceSeconds = typeof grace === "number" && grace >= 0 && grace <= LONGEST_GRACE ? grace : undefined;
  const created = time(value, "metadata", "creationTimestamp");
  const deletionTimestamp = time(value, "metadata", "deletionTimestamp");
  const phase = text(value, "status", "phase");
  const statuses = list(value, "status", "containerStatuses");
  const started = times(statuses, "state", "running", "startedAt");
  const finished = times(statuses, "state", "terminated", "finishedAt");
  const isOver = (phase === "Succeeded" || phase === "Failed") && finished.length === statuses.length;
  return {
    object,
    namespace: namespace ?? "",
    name,
    uid: text(value, "metadata", "uid"),
    addresses: addressesOf(value),
    hostNetwork: member(value, "spec", "hostNetwork") === true,
    hostIP: text(value, "status", "hostIP"),
    node: text(value, "spec", "nodeName"),
    labels: labelsOf(member(value, "metadata", "labels")),
    created,
    deletionTimestamp,
    deletionGracePeriodSeconds: graceSeconds,
    phase,
    controller: controllerOf(value),
    started,
    finished: isOver ? maxOf(finished) : undefined,
    readySince: text(ready, "status") === "True" ? time(ready, "lastTransitionTime") : undefined,
    latest: maxOf([
      ...(created === undefined ? [] : [created]),
      ...(deletionTimestamp === undefined ? [] : [deletionTimestamp - (graceSeconds ?? DEFAULT_GRACE)]),
      ...started,
      ...finished,
      ...times(list(value, "status", "conditions"), "lastTransitionTime"),
      ...times(list(value, "metadata", "managedFields"), "time"),
    ]),
  };
}

/** A 32-bit number of seconds; what is more is none that an API server took. */
const LONGEST_GRACE = 2 ** 31;
/** What the API server takes where none is given. */
const DEFAULT_GRACE = 30;

/** A time at a path in each of some objects, where there is one. */
function times(each: readonly Json[], ...path: readonly string[]): number[] {
  return each.flatMap((one) => time(one, ...path) ?? []);
}

const maxOf = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((a, b) => Math.max(a, b));

function addressesOf(value: Json | undefined): string[] {
  const one = text(value, "status", "podIP");
  const all = list(value, "status", "podIPs").flatMap((each) => text(each, "ip") ?? []);
  return [...new Set([...(one === undefined ? [] : [one]), ...all])];
}

/** A map of texts, such as labels. */
export function labelsOf(value: Json | undefined): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).flatMap(([key, of]) => (typeof of === "string" ? [[key, of]] : [])));
}
