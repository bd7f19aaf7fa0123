import { type AllocationFailure, AllocationReader } from "./allocation-failure.ts";
import { defined } from "./defined.ts";
import type { LogLine } from "./log-line.ts";
import type { LogPlace } from "./log-place.ts";
import { EVENT_HINT, EVENT_ROWS, type EventKind } from "./log-event-table.ts";
import { type OomKill, OomReader } from "./oom-kill.ts";

/** An event that the kernel tells in one line. */
export interface LogEvent extends LogPlace {
  readonly kind: EventKind;
  /** What the line names: a device, a port, an address, a cgroup; only what it has. */
  readonly details: Readonly<Record<string, string>>;
}

/** What befell the node, as far as the kernel said. */
export interface LogEvents {
  /** In order; of one kind the first {@link MOST_EVENTS}. */
  readonly events: readonly LogEvent[];
  /** How many there were of each kind, those included that are not kept. */
  readonly eventCounts: ReadonlyMap<EventKind, number>;
  /** Processes that the kernel killed for want of memory. */
  readonly oomKills: readonly OomKill[];
  /** Memory that the kernel itself asked for and didn't get. */
  readonly allocationFailures: readonly AllocationFailure[];
}

/** Events of one kind that are kept: what repeats is only counted. */
export const MOST_EVENTS = 1000;

/** What else begins a report of several lines. */
export const REPORT_HINT = /oom-kill|Kill(?:ed)? process|Task in \/|page allocation failure|SLUB: Unable/;

/** Reads events out of a kernel's log, line after line. */
export class EventReader {
  readonly #events: LogEvent[] = [];
  readonly #counts = new Map<EventKind, number>();
  readonly #ooms = new OomReader();
  readonly #allocations = new AllocationReader();

  /** Whether a report is open, of which any line may be part. */
  get isOpen(): boolean {
    return this.#ooms.isOpen || this.#allocations.isOpen;
  }

  /** @param body a message of the kernel without its prefixes and indentation */
  take(body: string, { time, clock }: LogLine, line: number): void {
    const place = (): LogPlace => defined({ line, time, clock, text: body.trimEnd() });
    if (this.#ooms.take(body, place) || this.#allocations.take(body, place)) return;
    if (!EVENT_HINT.test(body)) return;
    for (const { kind, pattern } of EVENT_ROWS) {
      const match = pattern.exec(body);
      if (!match) continue;
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      if (count > MOST_EVENTS) return;
      const details = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
      this.#events.push({ kind, ...place(), details: Object.fromEntries(details) });
      return;
    }
  }

  finish(): LogEvents {
    return {
      events: this.#events,
      eventCounts: this.#counts,
      oomKills: this.#ooms.finish(),
      allocationFailures: this.#allocations.finish(),
    };
  }
}
