/** A place in an artifact that says something. */
export interface Cite {
  /** What it says, in words and numbers. */
  readonly text: string;
  /** The artifact's path, as in the report's list. */
  readonly artifact: string;
  /** Where in it: frame numbers, a line, a pid … */
  readonly where?: Readonly<Record<string, unknown>>;
}

/** Why a question can't be answered from what was collected. */
export type Why =
  /** No artifact that would tell was collected. */
  | "absent"
  /** It was collected and can't be read, or two artifacts contradict each other. */
  | "unreadable"
  /** What was collected doesn't cover the time or the place. */
  | "uncovered"
  /** A redactor blanked the value out. */
  | "redacted";

/** A value with where it stands, or why it isn't known. */
export type Reading<T> =
  | { readonly known: true; readonly value: T; readonly cite: Cite }
  | { readonly known: false; readonly why: Why };
