import { readAmount } from "./amount.ts";
import type { Component } from "./component.ts";
import type { LogEvent, LogRun, LoggedLine } from "./component-log.ts";
import type { LogLine } from "./log-line.ts";
import { secondsBetween } from "./log-time.ts";
import type { Signature } from "./signature.ts";

/** Groups of one log that are kept, and of one signature among them. */
const MOST_GROUPS = 1024;
const MOST_OF_ONE = 256;
const SAMPLES = 3;
/** Seconds without a line after which the next one is another run. */
const PAUSE = 600;
/** Characters of a field: no name of an object or an id is longer. */
const LONGEST_FIELD = 256;

/** A line in which a signature was found. */
export interface Found {
  readonly signature: Signature;
  readonly line: LogLine;
  readonly component: Component | undefined;
  readonly fields: Readonly<Record<string, string | undefined>> | undefined;
  /** One-based. */
  readonly number: number;
  /** What is kept of the line. */
  quote(): string;
}

interface Draft {
  readonly signature: Signature;
  readonly component: Component | undefined;
  readonly fields: Record<string, string>;
  count: number;
  readonly samples: LoggedLine[];
  /** The latest line. */
  last: LoggedLine;
  most: { value: number; line: LoggedLine } | undefined;
  /** The run that the latest line is of, and the longest so far. */
  run: LogRun;
  longest: LogRun;
}

/** The events of one log, in groups: however long the log is, no more than so many. */
export class EventGroups {
  readonly #drafts = new Map<string, Draft>();
  readonly #ofSignature = new Map<Signature, number>();
  readonly #dropped = new Map<string, number>();

  add(found: Found): void {
    const { signature, component } = found;
    const fields = plain(found.fields);
    const { keys } = signature;
    const key: Record<string, string> = keys ? {} : fields;
    for (const name of keys ?? []) if (fields[name] !== undefined) key[name] = fields[name];
    const id = JSON.stringify([signature.id, component, key]);
    const draft = this.#drafts.get(id);
    const value = signature.amount === undefined ? undefined : readAmount(fields[signature.amount] ?? "");
    if (!draft && !this.#hasRoom(signature)) {
      this.#dropped.set(signature.id, (this.#dropped.get(signature.id) ?? 0) + 1);
      return;
    }
    const line: LoggedLine = { text: found.quote(), line: found.number, time: found.line.time, fields };
    const most = value === undefined ? undefined : { value, line };
    if (!draft) {
      const run = { count: 1, first: line, last: line };
      this.#drafts.set(id, {
        signature,
        component,
        fields: key,
        count: 1,
        samples: [line],
        last: line,
        most,
        run,
        longest: run,
      });
      this.#ofSignature.set(signature, (this.#ofSignature.get(signature) ?? 0) + 1);
      return;
    }
    draft.count++;
    const pause = secondsBetween(draft.last.time, line.time);
    const goesOn = pause === undefined || Math.abs(pause) <= PAUSE;
    draft.run = goesOn
      ? { ...draft.run, count: draft.run.count + 1, last: line }
      : { count: 1, first: line, last: line };
    if (draft.run.count > draft.longest.count) draft.longest = draft.run;
    draft.last = line;
    if (draft.samples.length < SAMPLES) draft.samples.push(line);
    if (most && (!draft.most || most.value > draft.most.value)) draft.most = most;
  }

  get events(): LogEvent[] {
    return Array.from(
      this.#drafts.values(),
      ({ signature, component, fields, count, samples, last, most, longest }) => ({
        signature: signature.id,
        component,
        fields,
        count,
        first: samples[0] ?? last,
        last,
        run: longest,
        samples,
        ...(most && { most }),
      }),
    );
  }

  get dropped(): Record<string, number> {
    return Object.fromEntries(this.#dropped);
  }

  #hasRoom(signature: Signature): boolean {
    return this.#drafts.size < MOST_GROUPS && (this.#ofSignature.get(signature) ?? 0) < MOST_OF_ONE;
  }
}

/** The fields that are there, none longer than fields are. */
function plain(fields: Found["fields"]): Record<string, string> {
  const there: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields ?? {}))
    if (value !== undefined) there[name] = value.slice(0, LONGEST_FIELD);
  return there;
}
