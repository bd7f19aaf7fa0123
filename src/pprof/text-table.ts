import type { Strings } from "./sample-store.ts";

/** Strings that are being collected, each kept once; index 0 is "". */
export class TextTable implements Strings {
  readonly #texts: string[] = [""];
  readonly #index = new Map([["", 0]]);

  get count(): number {
    return this.#texts.length;
  }

  at(index: number): string {
    return this.#texts[index] ?? "";
  }

  /** The index of a text, which is added if it isn't there. */
  add(text: string): number {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.#texts.length;
      this.#texts.push(text);
      this.#index.set(text, index);
    }
    return index;
  }
}
