import type { Diagnostic } from "../bytes/index.ts";
import type { Span } from "./kube-object.ts";

/** Most objects of one artifact that are kept; a large cluster has some hundred thousand of all kinds. */
export const MOST_OBJECTS = 1 << 19;

/** The objects that were found in one artifact, no more than are kept. */
export class Spans {
  readonly all: Span[] = [];
  #dropped = 0;

  add(span: Span): void {
    if (this.all.length < MOST_OBJECTS) this.all.push(span);
    else this.#dropped++;
  }

  /** Counts objects that were not kept until it was known what they are. */
  passOver(objects: number): void {
    this.#dropped += objects;
  }

  /** What was passed over. */
  get diagnostics(): Diagnostic[] {
    if (this.#dropped === 0) return [];
    const message = `${this.#dropped} objects more than ${MOST_OBJECTS} were passed over`;
    return [{ effect: "partial", code: "many-objects", message }];
  }
}
