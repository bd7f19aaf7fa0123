import { memo } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence, HostEvidence } from "../../evidence/index.ts";
import type { Json, KubeObject } from "../../kube/index.ts";
import { text } from "../../kube/index.ts";
import { isRedacted } from "../../node/index.ts";
import type { Comparison, Scalar } from "./compare.ts";
import { compare } from "./compare.ts";

/** One step of a path: a member, an element by its number, or every element, which is -1. */
type Step = string | number;
const EACH = -1;

/** Which objects, and which of their fields. */
export interface FieldOf {
  readonly kind: string;
  readonly isNamed: (name: string) => boolean;
  readonly isIn: (namespace: string) => boolean;
  /** As it was written. */
  readonly path: string;
  readonly steps: readonly Step[];
  /** What the field must be; whether it is there where absent. */
  readonly is?: Comparison | undefined;
  readonly exists?: boolean | undefined;
}

/** `spec.containers[*].image` step by step. */
export function stepsOf(path: string): Step[] {
  const parts = path.matchAll(/([A-Za-z_$][\w$-]*)|\[(\*)\]|\[(\d+)\]|\["([^"]+)"\]/g);
  return [...parts].map(([, key, each, index, quoted]) =>
    each === undefined ? (index === undefined ? (key ?? quoted ?? "") : Number(index)) : EACH,
  );
}

/** Fields that one path may lead to in one object. */
const MOST_FIELDS = 10_000;

/** What stands at a path: `undefined` for each place where nothing does. */
function* fieldsAt(value: Json | undefined, steps: readonly Step[]): Generator<Json | undefined> {
  const [step, ...rest] = steps;
  if (step === undefined || value === undefined || value === null) {
    yield value ?? undefined;
  } else if (step === EACH) {
    if (!Array.isArray(value)) yield undefined;
    else
      for (const element of (value as readonly Json[]).slice(0, MOST_FIELDS)) yield* fieldsAt(element, rest);
  } else if (Array.isArray(value)) {
    yield* fieldsAt(typeof step === "number" ? (value as readonly Json[])[step] : undefined, rest);
  } else if (typeof value === "object" && typeof step === "string" && Object.hasOwn(value, step)) {
    yield* fieldsAt((value as Readonly<Record<string, Json>>)[step], rest);
  } else {
    yield undefined;
  }
}

/** Whether an object is as a rule says. */
export interface FieldAnswer {
  readonly object: KubeObject;
  /** `undefined` where it can't be told: the field isn't there, was hidden, or can't be compared. */
  readonly is: boolean | undefined;
  readonly why: "absent" | "redacted" | "unreadable";
  /** The value that decided. */
  readonly value: Scalar | undefined;
  /** The node that the object testifies about: a Node itself, and where a Pod runs; of none for all others. */
  readonly node: string | undefined;
}

const KNOWN = memo((_cluster: ClusterEvidence) => new Map<FieldOf, readonly FieldAnswer[]>());

/** Each object that a rule is about, as it was listed last, with its answer: worked out once, however often it is asked for. */
export function answersOf(cluster: ClusterEvidence, field: FieldOf): readonly FieldAnswer[] {
  const known = KNOWN(cluster);
  let answers = known.get(field);
  if (!answers) known.set(field, (answers = workOut(cluster, field)));
  return answers;
}

function workOut(cluster: ClusterEvidence, field: FieldOf): FieldAnswer[] {
  const latest = new Map<string, KubeObject>();
  for (const object of cluster.objects) {
    if (object.kind !== field.kind) continue;
    const { name = "", namespace = "" } = object;
    if (!field.isNamed(name) || !field.isIn(namespace)) continue;
    const key = JSON.stringify([namespace, name]);
    const other = latest.get(key);
    if (!other || versionOf(object) > versionOf(other)) latest.set(key, object);
  }
  return [...latest.values()].map((object) => ({ ...answerOf(object, field), node: nodeOf(object) }));
}

const versionOf = ({ value }: KubeObject): number => Number(text(value, "metadata", "resourceVersion") ?? -1);

function answerOf(object: KubeObject, { steps, is, exists }: FieldOf): Omit<FieldAnswer, "node"> {
  if (object.value === undefined) return { object, is: undefined, why: "unreadable", value: undefined };
  let answer: boolean | undefined = steps.includes(EACH) ? false : undefined;
  let why: FieldAnswer["why"] = "absent";
  let shown: Scalar | undefined;
  let visited = 0;
  for (const found of fieldsAt(object.value, steps)) {
    if (visited++ === MOST_FIELDS) break;
    const here = exists === undefined ? comparedTo(found, is ?? {}) : (found !== undefined) === exists;
    if (typeof found !== "object") shown ??= found;
    if (here === true) return { object, is: true, why, value: typeof found === "object" ? undefined : found };
    if (here === undefined) {
      answer = undefined;
      if (typeof found === "string" && isRedacted(found)) why = "redacted";
      else if (found !== undefined) why = "unreadable";
    } else if (!steps.includes(EACH)) answer = false;
  }
  return { object, is: answer, why, value: shown };
}

function comparedTo(found: Json | undefined, is: Comparison): boolean | undefined {
  if (found === undefined || found === null || typeof found === "object") return undefined;
  return typeof found === "string" && isRedacted(found) ? undefined : compare(found, is);
}

/** An object and the field, as a citation. */
export function citeField(cluster: ClusterEvidence, { object, value }: FieldAnswer, { path }: FieldOf): Cite {
  const { kind, name = "", namespace } = object;
  const where = namespace === undefined ? name : `${namespace}/${name}`;
  const says = value === undefined ? `no ${path}, or not a plain value` : `${path}: ${String(value)}`;
  return cluster.cite(object, `${kind} ${where} has ${says}`);
}

function nodeOf({ kind, name, value }: KubeObject): string | undefined {
  if (kind === "Node") return name;
  return kind === "Pod" ? text(value, "spec", "nodeName") : undefined;
}

/**
 * Whether an object may speak about a host: what is of another node may not.
 *
 * @returns `undefined` where the host has no name to tell it by
 */
export function speaksOf(node: string | undefined, host: HostEvidence): boolean | undefined {
  if (node === undefined) return true;
  const { name } = host;
  // What has no evidence of its own stands for the cluster.
  if (name === null) return host.artifacts.length === 0 ? true : undefined;
  return name === node || name.startsWith(`${node}.`) || node.startsWith(`${name}.`);
}
