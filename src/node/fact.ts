/** One value that an artifact states, with the line that states it. */
export interface Fact<T> {
  readonly value: T;
  /** The line as it stands in the artifact, for citation. */
  readonly text: string;
  /** One-based line in the artifact. */
  readonly line: number;
}

/** What collectors and redactors write in place of a value: the value exists and is not known. */
const REDACTED = /^\**(?:HIDDEN|REDACTED|MASKED)\**$|^\*{3,}$/i;

/** Whether a value was blanked out by a redactor. */
export function isRedacted(value: string): boolean {
  return REDACTED.test(value.trim());
}
