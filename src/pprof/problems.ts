import type { Diagnostic } from "../bytes/index.ts";

/** What a reader can find wrong, each with the sentence that says so. */
export type ProblemTexts<Code extends string> = Readonly<
  Record<Code, { readonly effect: Diagnostic["effect"]; readonly says: (count: number) => string }>
>;

/** Counts what is wrong, so that damage repeated a million times is one diagnostic. */
export class Problems<Code extends string> {
  readonly #texts: ProblemTexts<Code>;
  readonly #seen = new Map<Code, { count: number; readonly offset: number }>();

  constructor(texts: ProblemTexts<Code>) {
    this.#texts = texts;
  }

  /** @param offset where it was seen; the first place is kept */
  add(code: Code, offset: number): void {
    const seen = this.#seen.get(code);
    if (seen === undefined) this.#seen.set(code, { count: 1, offset });
    else seen.count++;
  }

  has(code: Code): boolean {
    return this.#seen.has(code);
  }

  /** One diagnostic a code, in the order in which they were first seen. */
  diagnostics(): Diagnostic[] {
    return Array.from(this.#seen, ([code, { count, offset }]) => {
      const { effect, says } = this.#texts[code];
      return { effect, code, message: says(count), offset };
    });
  }
}

/** `1 sample`, `2 samples`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
