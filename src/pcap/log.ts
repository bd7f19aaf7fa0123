import { type Diagnostic, statusOf } from "../bytes/index.ts";

/** A corrupt file must not fill memory with what is wrong with it. */
const KEPT_OF_A_KIND = 3;

/** Collects diagnostics: the first few of each kind, and how many there were in all. */
export class Log {
  readonly #kept: Diagnostic[] = [];
  readonly #count = new Map<string, number>();

  /** @param message made only when the diagnostic is kept */
  add(effect: Diagnostic["effect"], code: string, message: () => string, offset?: number): void {
    const count = (this.#count.get(code) ?? 0) + 1;
    this.#count.set(code, count);
    if (count > KEPT_OF_A_KIND) return;
    this.#kept.push({ effect, code, message: message(), ...(offset === undefined ? {} : { offset }) });
  }

  /**
   * Takes over what was collected of the parts of a whole, which is not unread while one part can be read. Offsets are those in
   * the part.
   */
  addParts(parts: readonly (readonly Diagnostic[])[]): void {
    const isUnread = parts.every((diagnostics) => statusOf(diagnostics) === "unread");
    parts.forEach((diagnostics, part) => {
      for (const { effect, message, ...rest } of diagnostics)
        this.#kept.push({
          ...rest,
          effect: effect === "unread" && !isUnread ? "partial" : effect,
          message: `file ${part + 1}: ${message}`,
          part,
        });
    });
  }

  /** What was collected; the last kept of each kind says how many more there were. */
  finish(): Diagnostic[] {
    const last = new Map(this.#kept.map((diagnostic) => [diagnostic.code, diagnostic]));
    return this.#kept.map((diagnostic) => {
      const more = (this.#count.get(diagnostic.code) ?? 0) - KEPT_OF_A_KIND;
      if (more <= 0 || last.get(diagnostic.code) !== diagnostic) return diagnostic;
      return { ...diagnostic, message: `${diagnostic.message} (and ${more} more like it)` };
    });
  }
}
