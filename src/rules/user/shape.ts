import type { ParsedNode } from "yaml";
import { isMap, isScalar, isSeq } from "yaml";
import type { Problem } from "./problems.ts";

/** A part of a JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Where problems go while nodes are read. */
export type Report = (problem: Problem) => void;

type Node = ParsedNode | null;

/** What a part of a rule file may be: one description that both reads it and makes the JSON Schema. */
export interface Shape<T> {
  readonly schema: Schema;
  /** What it is, for messages: `a text`, `a list of texts`. */
  readonly name: string;
  /** @returns `undefined` where it isn't that, which is reported */
  read(node: Node, at: number, report: Report): T | undefined;
}

/** What a shape reads. */
export type Of<S> = S extends Shape<infer T> ? T : never;

/** A value with its place in the file. */
export interface Placed<T> {
  readonly value: T;
  readonly offset: number;
}

/** Where a node begins; what isn't there begins where its key does. */
const offsetOf = (node: Node, at: number): number => node?.range[0] ?? at;

function wrong(node: Node, at: number, name: string, report: Report): undefined {
  report({ message: `this must be ${name}${found(node)}`, offset: offsetOf(node, at) });
}

function found(node: Node): string {
  if (isMap(node)) return ", and is a mapping";
  if (isSeq(node)) return ", and is a list";
  if (!isScalar(node) || node.value === null) return ", and nothing is there";
  return `, and is ${JSON.stringify(node.value).slice(0, 60)}`;
}

/** The same with a description for people who write rules. */
export function described<T>(description: string, shape: Shape<T>): Shape<T> {
  return { ...shape, schema: { description, ...shape.schema } };
}

/** The same with its place. */
export function placed<T>(shape: Shape<T>): Shape<Placed<T>> {
  return {
    ...shape,
    read(node, at, report) {
      const value = shape.read(node, at, report);
      return value === undefined ? undefined : { value, offset: offsetOf(node, at) };
    },
  };
}

/** A scalar that a function takes. */
function scalar<T>(name: string, schema: Schema, take: (value: unknown) => T | undefined): Shape<T> {
  return {
    name,
    schema,
    read(node, at, report) {
      const value = isScalar(node) ? take(node.value) : undefined;
      return value === undefined ? wrong(node, at, name, report) : value;
    },
  };
}

/** A text that isn't empty. */
export const text = (longest = 4000): Shape<string> =>
  scalar("a text", { type: "string", minLength: 1, maxLength: longest }, (value) =>
    typeof value === "string" && value !== "" && value.length <= longest ? value : undefined,
  );

/** A text of a form. */
export const textLike = (name: string, pattern: RegExp): Shape<string> =>
  scalar(name, { type: "string", pattern: pattern.source }, (value) =>
    typeof value === "string" && pattern.test(value) ? value : undefined,
  );

/** Any text, the empty one too. */
export const anyText: Shape<string> = scalar("a text", { type: "string" }, (value) =>
  typeof value === "string" ? value : undefined,
);

export const flag: Shape<boolean> = scalar("true or false", { type: "boolean" }, (value) =>
  typeof value === "boolean" ? value : undefined,
);

export const finite: Shape<number> = scalar("a number", { type: "number" }, (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined,
);

export const count: Shape<number> = scalar(
  "a whole number from 1",
  { type: "integer", minimum: 1 },
  (value) => (typeof value === "number" && Number.isSafeInteger(value) && value >= 1 ? value : undefined),
);

/** What is written as a plain value: what compares to a setting. */
export const plain: Shape<string | number | boolean> = scalar(
  "a text, a number, or true or false",
  { type: ["string", "number", "boolean"] },
  (value) =>
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && !Number.isNaN(value))
      ? value
      : undefined,
);

/** One of some words. */
export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  const name = words.length === 1 ? `${words[0]}` : `one of ${words.join(", ")}`;
  return scalar(name, { enum: words }, (value) => words.find((word) => word === value));
}

/** A list, or one by itself. */
export function list<T>(each: Shape<T>, { least = 1, most = 200 } = {}): Shape<readonly T[]> {
  return {
    name: `a list, each ${each.name}`,
    schema: { type: "array", items: each.schema, minItems: least, maxItems: most },
    read(node, at, report) {
      if (!isSeq(node)) return wrong(node, at, `a list, each ${each.name}`, report);
      if (node.items.length < least || node.items.length > most) {
        report({ message: `this list must have ${least} to ${most} entries`, offset: offsetOf(node, at) });
        return undefined;
      }
      const values: T[] = [];
      // A list of a parsed document holds parsed nodes.
      for (const item of node.items as Node[]) {
        const value = each.read(item, offsetOf(node, at), report);
        if (value !== undefined) values.push(value);
      }
      return values;
    },
  };
}

interface Pair {
  readonly key: string;
  readonly offset: number;
  readonly value: Node;
}

/** The keys of a mapping, each once. */
function pairsOf(node: Node, at: number, name: string, report: Report): readonly Pair[] | undefined {
  if (!isMap(node)) return wrong(node, at, name, report);
  const seen = new Set<string>();
  const pairs: Pair[] = [];
  for (const { key, value } of node.items) {
    const written: unknown = isScalar(key) ? key.value : undefined;
    const offset = offsetOf(key, at);
    if (typeof written !== "string") report({ message: "a key must be a text", offset });
    else if (seen.has(written)) report({ message: `the key ${quoted(written)} stands here twice`, offset });
    else {
      seen.add(written);
      pairs.push({ key: written, offset, value });
    }
  }
  return pairs;
}

const quoted = (key: string): string => JSON.stringify(key.slice(0, 60));

/** A mapping whose keys are names: each value alike. */
export function record<T>(
  name: string,
  keys: { readonly pattern: RegExp; readonly name: string },
  each: Shape<T>,
): Shape<ReadonlyMap<string, Placed<T>>> {
  return {
    name,
    schema: {
      type: "object",
      minProperties: 1,
      propertyNames: { pattern: keys.pattern.source },
      additionalProperties: each.schema,
    },
    read(node, at, report) {
      const pairs = pairsOf(node, at, name, report);
      if (!pairs) return undefined;
      if (pairs.length === 0) return wrong(null, offsetOf(node, at), name, report);
      const values = new Map<string, Placed<T>>();
      for (const { key, offset, value } of pairs) {
        if (!keys.pattern.test(key)) report({ message: `${quoted(key)} is not ${keys.name}`, offset });
        const read = each.read(value, offset, report);
        if (read !== undefined) values.set(key, { value: read, offset });
      }
      return values;
    },
  };
}

/** The shapes of a mapping's keys. */
export type Shapes = Readonly<Record<string, Shape<unknown>>>;
/** What a mapping reads as. */
export type Fields<R extends Shapes, O extends Shapes> = { readonly [K in keyof R]: Of<R[K]> } & {
  readonly [K in keyof O]?: Of<O[K]> | undefined;
};

/** A mapping of known keys. */
export function mapping<R extends Shapes, O extends Shapes>(
  name: string,
  required: R,
  optional: O,
): Shape<Fields<R, O>> {
  const known = new Map<string, Shape<unknown>>(Object.entries({ ...required, ...optional }));
  const must = Object.keys(required);
  const properties = Object.fromEntries([...known].map(([key, { schema }]) => [key, schema]));
  return {
    name,
    schema: { type: "object", properties, required: must, additionalProperties: false },
    read(node, at, report) {
      const pairs = pairsOf(node, at, name, report);
      if (!pairs) return undefined;
      const values = new Map<string, unknown>();
      for (const { key, offset, value } of pairs) {
        const shape = known.get(key);
        if (shape) values.set(key, shape.read(value, offset, report));
        else
          report({
            message: `there is no key ${quoted(key)} here; there are: ${[...known.keys()].join(", ")}`,
            offset,
          });
      }
      const missing = must.filter((key) => !pairs.some((pair) => pair.key === key));
      for (const key of missing)
        report({ message: `${name} needs the key ${quoted(key)}`, offset: offsetOf(node, at) });
      if (must.some((key) => values.get(key) === undefined)) return undefined;
      // Each value was read by the shape of its key.
      return Object.fromEntries(values) as Fields<R, O>;
    },
  };
}

/** A mapping of which one key says what it is. */
export function variants<T>(name: string, byKey: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const keys = Object.keys(byKey);
  return {
    name,
    schema: { oneOf: Object.values(byKey).map(({ schema }) => schema) },
    read(node, at, report) {
      if (!isMap(node)) return wrong(node, at, name, report);
      const here = keys.filter((key) => node.has(key));
      const [key, another] = here;
      const shape = key === undefined ? undefined : byKey[key];
      if (!shape || another !== undefined) {
        const which =
          another === undefined ? "has none of" : `can't have both of ${key} and ${another}; it takes one of`;
        report({ message: `${name} ${which} the keys ${keys.join(", ")}`, offset: offsetOf(node, at) });
        return undefined;
      }
      return shape.read(node, at, report);
    },
  };
}

/** A plain value, or a mapping of more. */
export function eitherScalar<A, B>(short: Shape<A>, long: Shape<B>): Shape<A | B> {
  return {
    name: `${short.name}, or ${long.name}`,
    schema: { anyOf: [short.schema, long.schema] },
    read(node, at, report) {
      return isScalar(node) || node === null ? short.read(node, at, report) : long.read(node, at, report);
    },
  };
}

/** The same, checked further. */
export function refined<T>(shape: Shape<T>, problemOf: (value: T) => string | undefined): Shape<T> {
  return {
    ...shape,
    read(node, at, report) {
      const value = shape.read(node, at, report);
      const message = value === undefined ? undefined : problemOf(value);
      if (message === undefined) return value;
      report({ message, offset: offsetOf(node, at) });
      return undefined;
    },
  };
}
