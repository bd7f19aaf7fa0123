import { quantitiesOf } from "./cluster-node.ts";
import type { Condition } from "./condition.ts";
import { conditionsOf } from "./condition.ts";
import { list, member, numberAt, text } from "./json.ts";
import type { Json } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";

/** What an autoscaler scales, such as a Deployment of its namespace. */
export interface ScaleTarget {
  readonly kind: string;
  readonly name: string;
}

/** Amounts by resource: cores of `cpu`, bytes of `memory`. */
type Amounts = ReadonlyMap<string, number>;

/** What a VerticalPodAutoscaler recommends for one container. */
export interface Recommendation {
  readonly container: string;
  readonly target: Amounts;
  readonly lowerBound: Amounts;
  readonly upperBound: Amounts;
  /** The target without the limits of the VPA's own policy. */
  readonly uncappedTarget: Amounts;
}

/** A VerticalPodAutoscaler. */
export interface VerticalAutoscaler {
  readonly object: KubeObject;
  /** Empty where a table doesn't show it. */
  readonly namespace: string;
  readonly name: string;
  readonly target: ScaleTarget | undefined;
  /** `Off`, `Initial`, `Recreate` or `Auto`, which is the default. */
  readonly updateMode: string | undefined;
  /** Of fewer pods none is evicted; the updater's own `--min-replicas` where it isn't said, which is 2 by default. */
  readonly minReplicas: number | undefined;
  /** None of a table, which shows no single container. */
  readonly recommendations: readonly Recommendation[];
}

/** A HorizontalPodAutoscaler. */
export interface HorizontalAutoscaler {
  readonly object: KubeObject;
  /** Empty where a table doesn't show it. */
  readonly namespace: string;
  readonly name: string;
  readonly target: ScaleTarget | undefined;
  readonly minReplicas: number | undefined;
  readonly maxReplicas: number | undefined;
  readonly currentReplicas: number | undefined;
  readonly conditions: readonly Condition[];
}

/** @returns `undefined` where the object is no VerticalPodAutoscaler or has no name */
export function verticalAutoscalerOf(object: KubeObject): VerticalAutoscaler | undefined {
  const named = namedAs("VerticalPodAutoscaler", object);
  if (!named) return undefined;
  const { value } = object;
  return {
    ...named,
    target: targetOf(member(value, "spec", "targetRef")),
    updateMode: text(value, "spec", "updatePolicy", "updateMode"),
    minReplicas: numberAt(value, "spec", "updatePolicy", "minReplicas"),
    recommendations: list(value, "status", "recommendation", "containerRecommendations").map((each) => ({
      container: text(each, "containerName") ?? "",
      target: quantitiesOf(member(each, "target")),
      lowerBound: quantitiesOf(member(each, "lowerBound")),
      upperBound: quantitiesOf(member(each, "upperBound")),
      uncappedTarget: quantitiesOf(member(each, "uncappedTarget")),
    })),
  };
}

/** @returns `undefined` where the object is no HorizontalPodAutoscaler or has no name */
export function horizontalAutoscalerOf(object: KubeObject): HorizontalAutoscaler | undefined {
  const named = namedAs("HorizontalPodAutoscaler", object);
  if (!named) return undefined;
  const { value } = object;
  return {
    ...named,
    target: targetOf(member(value, "spec", "scaleTargetRef")),
    minReplicas: numberAt(value, "spec", "minReplicas"),
    maxReplicas: numberAt(value, "spec", "maxReplicas"),
    currentReplicas: numberAt(value, "status", "currentReplicas"),
    conditions: conditionsOf(value),
  };
}

function namedAs(
  kind: string,
  object: KubeObject,
): { object: KubeObject; namespace: string; name: string } | undefined {
  if (object.kind !== kind) return undefined;
  const name = text(object.value, "metadata", "name");
  if (name === undefined) return undefined;
  return { object, namespace: text(object.value, "metadata", "namespace") ?? "", name };
}

function targetOf(value: Json | undefined): ScaleTarget | undefined {
  const [kind, name] = [text(value, "kind"), text(value, "name")];
  return kind === undefined || name === undefined ? undefined : { kind, name };
}
