import type { HostEvidence, OpenNote } from "../../evidence/index.ts";
import { citeNote, openNotes } from "../../evidence/index.ts";
import type { LogNote } from "../../procstack/index.ts";
import type { Test } from "../engine/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import type { Stuck } from "./stuck.ts";
import { lastingOf, waitersAt, worthOf } from "./stuck.ts";

/** What the kernel's log complains of last about some parties. */
export function complaints(host: HostEvidence, about: readonly LogNote["about"][]): OpenNote[] {
  return openNotes(host).filter(({ note }) => about.includes(note.about));
}

/**
 * A test of the kernel's log: it complains about the other side, and has not taken it back. A complaint may be older than the wait:
 * where nothing else shows that this one lasts, it is worth little.
 */
export function complainsOf(test: {
  readonly statement: string;
  readonly about: readonly LogNote["about"][];
  readonly sites: readonly string[];
  readonly accepts?: (note: OpenNote) => boolean;
}): Test<Stuck> {
  const sites = new Set(test.sites);
  return {
    statement: test.statement,
    axis: "counter",
    holds: "strong",
    ask: { text: "what the kernel says of it", command: "dmesg" },
    answer({ seen, host }) {
      const [waiter] = waitersAt(seen, sites);
      const found = complaints(host, test.about).filter((note) => test.accepts?.(note) ?? true);
      if (!waiter || found.length === 0) return cantTell("uncovered");
      const lasting = lastingOf(waiter.task, host);
      const isOld = lasting === undefined || lasting.how === "logged";
      return holds(found.map(citeNote), isOld ? { atMost: "weak" } : worthOf(waiter));
    },
  };
}

/** ENETDOWN, ENETUNREACH, EADDRNOTAVAIL: what a network namespace without interfaces says to whoever connects. */
const NO_NETWORK = new Set([99, 100, 101]);

/** Whether a client could not even begin to connect: it has no network itself. */
export const hasNoNetwork = ({ note, first }: OpenNote): boolean =>
  NO_NETWORK.has(note.errno ?? first.errno ?? 0);
