import type { Json } from "./json.ts";
import { text } from "./json.ts";
import { parseYaml } from "./parse-yaml.ts";

interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  /** One-based line of its first byte. */
  readonly line: number;
}

/** Where an object stands in its artifact, before it is parsed. */
export interface Span extends Place {
  readonly form: "json" | "yaml";
  /** Its source. */
  source(): string;
}

/** What a text made for people says of an object. */
export interface ShownSpan extends Place {
  readonly form: "table" | "describe";
  /** Its members, as far as the text shows them. */
  value(): Json & object;
  /** What it shows in the words of the text, such as `AGE` to `5d3h`. */
  shown(): ReadonlyMap<string, string>;
}

/** Most bytes of one object that are parsed: etcd keeps none above 1.5 MB. */
const LARGEST_OBJECT = 4 * 1024 * 1024;

const NOTHING: ReadonlyMap<string, string> = new Map();

/** One object of the Kubernetes API, parsed when it is first looked into: most objects of a bundle are never asked for. */
export class KubeObject {
  /** Such as `Pod`. */
  readonly kind: string;
  /** Such as `apps/v1`. */
  readonly apiVersion: string;
  /** One-based line in its artifact. */
  readonly line: number;
  /**
   * Whether it is given as the API server has it: what it lacks isn't set. Of a row of a table and the like it is `false`: what
   * that doesn't show is unknown.
   */
  readonly isWhole: boolean;
  readonly #span: Span | ShownSpan;
  /** Thousands are looked into once and no more: what nobody holds need not stay. */
  #value: WeakRef<object> | undefined;
  #isUnreadable = false;

  constructor(span: Span | ShownSpan) {
    this.kind = span.kind;
    this.apiVersion = span.apiVersion;
    this.line = span.line;
    this.isWhole = span.form === "json" || span.form === "yaml";
    this.#span = span;
  }

  /** What the API server would give, or what of it is shown; `undefined` where its source can't be parsed. */
  get value(): Json | undefined {
    if (this.#isUnreadable) return undefined;
    const known = this.#value?.deref();
    // What is kept was made here.
    if (known) return known as Json;
    const value = "source" in this.#span ? parsed(this.#span) : this.#span.value();
    if (value === undefined) this.#isUnreadable = true;
    else this.#value = new WeakRef(value);
    return value;
  }

  /** What a text for people shows of it, by the headings there; empty of a whole object. */
  get shown(): ReadonlyMap<string, string> {
    return "shown" in this.#span ? this.#span.shown() : NOTHING;
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
    const value: unknown = span.form === "json" ? JSON.parse(written) : parseYaml(written);
    return typeof value === "object" && value !== null ? (value as Json & object) : undefined;
  } catch {
    return undefined;
  }
}
