/** Where an event of a kernel's log stands. */
export interface LogPlace {
  /** One-based line of its first line. */
  readonly line: number;
  /** Seconds since boot, where the log has them. */
  readonly time?: number;
  /** The time of day as printed. */
  readonly clock?: string;
  /** Its first line, without what the logger put before it. */
  readonly text: string;
}
