import type { Component } from "./component.ts";

/** A line of a component's log that means something. Several may share an id: other words for the same thing. */
export interface Signature {
  readonly id: string;
  /** What it means, in a few words. */
  readonly means: string;
  /** Whose lines these are; any program's when absent. A line that doesn't tell who wrote it may be any component's. */
  readonly of?: readonly Component[];
  /**
   * One of these stands in each such line, as it is: 8 characters of ASCII or more, without quotes, backslashes, `<`, `>`, `&`
   * and whatever else loggers escape. The longer and the rarer, the faster.
   */
  readonly literals: readonly string[];
  /**
   * What else must be true of the line's text, escapes undone. Its named groups are the event's fields. Where anything may stand
   * between two words, it says how much at most: text is hostile.
   */
  readonly pattern?: RegExp;
  /** What such a line means something else with. */
  readonly except?: RegExp;
  /** Fields that the words themselves mean. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** The fields that tell one event from another; all when absent. */
  readonly keys?: readonly string[];
  /** The field with an amount of which the greatest is kept: a length of time as Go writes it, or a number. */
  readonly amount?: string;
}
