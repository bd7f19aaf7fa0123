import { parse } from "yaml";
import { parseBlockYaml } from "./block-yaml.ts";
import type { Json } from "./json.ts";
import { text } from "./json.ts";

/** Where an object stands in its artifact, before it is parsed. */
export interface Span {
  readonly form: "json" | "yaml";
  readonly apiVersion: string;
  readonly kind: string;
  /** One-based line of its first byte. */
  readonly line: number;
  /** Its source. */
  source(): string;
}

/** Most bytes of one object that are parsed: etcd keeps none above 1.5 MB. */
const LARGEST_OBJECT = 4 * 1024 * 1024;

/** One object of the Kubernetes API, parsed when it is first looked into: most objects of a bundle are never asked for. */
export class KubeObject {
  /** Such as `Pod`. */
  readonly kind: string;
  /** Such as `apps/v1`. */
  readonly apiVersion: string;
  /** One-based line in its artifact. */
  readonly line: number;
  readonly #span: Span;
  /** Thousands are looked into once and no more: what nobody holds need not stay. */
  #value: WeakRef<object> | undefined;
  #isUnreadable = false;

  constructor(span: Span) {
    this.kind = span.kind;
    this.apiVersion = span.apiVersion;
    this.line = span.line;
    this.#span = span;
  }

  /** What the API server would give; `undefined` where its source can't be parsed. */
  get value(): Json | undefined {
    if (this.#isUnreadable) return undefined;
    const known = this.#value?.deref();
    // What is kept was made here.
    if (known) return known as Json;
    const value = parsed(this.#span);
    if (value === undefined) this.#isUnreadable = true;
    else this.#value = new WeakRef(value);
    return value;
  }

  get name(): string | undefined {
    return text(this.value, "metadata", "name");
  }

  /** `undefined` for what is in no namespace. */
  get namespace(): string | undefined {
    return text(this.value, "metadata", "namespace");
  }
}

function parsed(span: Span): (Json & object) | undefined {
  const written = span.source();
  if (written.length > LARGEST_OBJECT) return undefined;
  try {
    const value: unknown = span.form === "json" ? JSON.parse(written) : parsedYaml(written);
    return typeof value === "object" && value !== null ? (value as Json & object) : undefined;
  } catch {
    return undefined;
  }
}

function parsedYaml(written: string): unknown {
  const read = parseBlockYaml(written);
  if (read) return read.value;
  // No object that an API server printed has aliases; a hostile one could grow without end by them. To compare all keys of a
  // map with one another takes for ever where there are many.
  return parse(written, { maxAliasCount: 0, uniqueKeys: false, logLevel: "error" });
}
