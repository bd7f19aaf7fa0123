import { parse } from "yaml";
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
  #value: Json | undefined;
  #parsed = false;

  constructor(span: Span) {
    this.kind = span.kind;
    this.apiVersion = span.apiVersion;
    this.line = span.line;
    this.#span = span;
  }

  /** What the API server would give; `undefined` where its source can't be parsed. */
  get value(): Json | undefined {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#value = parsed(this.#span);
    }
    return this.#value;
  }

  get name(): string | undefined {
    return text(this.value, "metadata", "name");
  }

  /** `undefined` for what is in no namespace. */
  get namespace(): string | undefined {
    return text(this.value, "metadata", "namespace");
  }
}

function parsed(span: Span): Json | undefined {
  const { form } = span;
  const written = span.source();
  if (written.length > LARGEST_OBJECT) return undefined;
  try {
    // No object that an API server printed has aliases; a hostile one could grow without end by them.
    const value: unknown = form === "json" ? JSON.parse(written) : parse(written, { maxAliasCount: 0 });
    return typeof value === "object" && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
