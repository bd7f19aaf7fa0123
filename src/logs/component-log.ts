import type { Model } from "../bytes/index.ts";
import type { Component } from "./component.ts";
import type { LogTime } from "./log-time.ts";

/** A line that is kept. */
export interface LoggedLine {
  /** As it stands in the artifact; of a long one its beginning and what is around the signature. */
  readonly text: string;
  /** One-based line in the artifact. */
  readonly line: number;
  readonly time: LogTime | undefined;
  /** All fields of its signature that it has. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Lines of one event that belong together in time. */
export interface LogRun {
  readonly count: number;
  readonly first: LoggedLine;
  readonly last: LoggedLine;
}

/** What a log says again and again: one signature with the same key fields, of one component. */
export interface LogEvent {
  /** The id of a signature. */
  readonly signature: string;
  /** Who wrote it; `undefined` where neither the lines nor the artifact's name tell. */
  readonly component: Component | undefined;
  /** The key fields that are in the line. */
  readonly fields: Readonly<Record<string, string>>;
  /** Lines that say so. */
  readonly count: number;
  readonly first: LoggedLine;
  readonly last: LoggedLine;
  /** The most lines in a row with no more than ten minutes from one to the next; all of them where times can't be compared. */
  readonly run: LogRun;
  /** The first few lines, {@link LogEvent.first} among them. */
  readonly samples: readonly LoggedLine[];
  /** The greatest of the signature's amount: seconds, or a plain number. */
  readonly most?: { readonly value: number; readonly line: LoggedLine };
}

/** What was found in a log of one component or of many. */
export interface ComponentLog extends Model {
  /** In order of first appearance. */
  readonly events: readonly LogEvent[];
  /** Who wrote lines of it, as far as was looked: of the beginning and the end, of some in between, and of those with events. */
  readonly components: readonly Component[];
  /** The machine that its lines name, where they name one. */
  readonly hostname: string | undefined;
  /** The first and the last time in it: what was before and after isn't told. */
  readonly from: LogTime | undefined;
  readonly to: LogTime | undefined;
  readonly lines: number;
  readonly bytes: number;
  /** Lines with a signature whose groups were too many to be kept, by signature. */
  readonly dropped: Readonly<Record<string, number>>;
}
