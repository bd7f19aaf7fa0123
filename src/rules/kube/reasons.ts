import type { Advice } from "../engine/index.ts";

/** What a message says is wrong, and what to do about it. */
export interface Reason {
  /** What messages of it have in them. */
  readonly pattern: RegExp;
  /** In words that end a sentence. */
  readonly says: string;
  readonly remedy: string;
  readonly reference?: string;
}

/** The reasons that some messages give, in the order of the list. */
export function reasonsIn(messages: readonly string[], all: readonly Reason[]): readonly Reason[] {
  return all.filter(({ pattern }) => messages.some((message) => pattern.test(message)));
}

/** What to do about some reasons. */
export function adviceOn(reasons: readonly Reason[]): Advice {
  return {
    remedy: reasons.map(({ remedy }) => remedy),
    references: reasons.flatMap(({ reference }) => reference ?? []),
  };
}

/** The longest text of a message that a sentence quotes. */
const QUOTED = 300;

/** A message for a sentence: without its line breaks and full stop, and cut where it is long. */
export function quoted(message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
  return line.length <= QUOTED ? line : `${line.slice(0, QUOTED).replace(/ \S{0,40}$/, "")} …`;
}
