import type { ClusterEvidence } from "../evidence/index.ts";
import type { Json, KubeObject } from "../kube/index.ts";
import { member, text } from "../kube/index.ts";
import type { Change, Section } from "./change.ts";
import { section } from "./change.ts";
import type { Said } from "./keyed.ts";
import { changesOf } from "./keyed.ts";

/** What the API server counts or stamps at each write, and what only tells that somebody is alive. */
const NOT_TOLD = new Set([
  "resourceVersion",
  "managedFields",
  "generation",
  "observedGeneration",
  "selfLink",
]);
const STAMP = /(?:heartbeat|probe|transition|update|renew)Time$/i;
/** Kinds that change without anything changing. */
const RESTLESS = new Set(["Event", "Lease", "NodeMetrics", "PodMetrics"]);
/** Members that name an element of a list, the best first. */
const NAMES = ["name", "type", "key", "ip", "uid", "containerPort", "port"];
/** Most members of one object that are compared. */
const MOST_MEMBERS = 5000;

/** Compares the objects of two clusters' listings, member by member. A section for each kind that both list. */
export function compareObjects(before: ClusterEvidence, after: ClusterEvidence): Section[] {
  const [then, now] = [byKind(before), byKind(after)];
  const kinds = [...now.keys()].filter((kind) => then.has(kind)).sort();
  return kinds.flatMap((kind) => {
    const [earlier, later] = [then.get(kind), now.get(kind)];
    return earlier && later ? [compareKind(kind, { before, after }, earlier, later)] : [];
  });
}

type Objects = ReadonlyMap<string, KubeObject>;

function compareKind(
  kind: string,
  clusters: { readonly before: ClusterEvidence; readonly after: ClusterEvidence },
  then: Objects,
  now: Objects,
): Section {
  const names = [...new Set([...then.keys(), ...now.keys()])].sort();
  const changes = names.flatMap((name): Change[] => {
    const [from, to] = [then.get(name), now.get(name)];
    if (!from && to) return [{ is: "added", what: name, cite: clusters.after.cite(to, `${kind} ${name}`) }];
    if (from && !to)
      return [{ is: "removed", what: name, cite: clusters.before.cite(from, `${kind} ${name}`) }];
    if (!from || !to) return [];
    const cite = clusters.after.cite(to, `${kind} ${name}`);
    return changesOf(membersOf(from), membersOf(to)).map((change) => ({
      ...change,
      what: `${name} ${change.what}`,
      cite,
    }));
  });
  return section(`${kind} objects`, names.length, changes);
}

/** Objects by kind and by namespace and name; of one that was listed several times the last. */
function byKind({ objects }: ClusterEvidence): Map<string, Map<string, KubeObject>> {
  const kinds = new Map<string, Map<string, KubeObject>>();
  for (const object of objects) {
    const { kind, value } = object;
    if (RESTLESS.has(kind)) continue;
    const name = text(value, "metadata", "name");
    if (name === undefined) continue;
    const namespace = text(value, "metadata", "namespace");
    const known = kinds.get(kind) ?? new Map<string, KubeObject>();
    kinds.set(kind, known.set(namespace === undefined ? name : `${namespace}/${name}`, object));
  }
  return kinds;
}

/** The members of an object that say something, each with its path: `spec.containers[app].image`. */
function membersOf({ value }: KubeObject): Map<string, Said> {
  const members = new Map<string, Said>();
  const visit = (here: Json | undefined, path: string, depth: number): void => {
    if (here === undefined || members.size >= MOST_MEMBERS) return;
    if (typeof here !== "object" || here === null || depth > 40) {
      members.set(path, { text: JSON.stringify(here) });
    } else if (isList(here)) {
      for (const [i, element] of here.entries())
        visit(element, `${path}[${nameIn(element) ?? i}]`, depth + 1);
    } else {
      for (const [key, inner] of Object.entries(here)) {
        if (NOT_TOLD.has(key) || STAMP.test(key)) continue;
        visit(inner, path === "" ? key : `${path}.${key}`, depth + 1);
      }
    }
  };
  visit(value, "", 0);
  return members;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function nameIn(element: Json): string | undefined {
  for (const name of NAMES) {
    const value = member(element, name);
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return undefined;
}
