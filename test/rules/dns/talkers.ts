import type { Timed } from "../packets.ts";
import { capture, dns } from "../packets.ts";
import { RESOLVER } from "./lookups.ts";

/** A client that asks so many times in all while a capture runs, for names in turn, and is answered. */
export interface Asker {
  readonly client: string;
  readonly count: number;
  readonly names?: readonly string[];
  /** Seconds. */
  readonly from?: number;
  readonly span?: number;
}

export function asking({ client, count, names = ["a.example"], from = 0, span = 10 }: Asker): Timed[] {
  return Array.from({ length: count }, (_, i): Timed[] => {
    const time = from + (i * span) / count;
    const ends = { from: `${client}:${20000 + (i % 20000)}`, to: RESOLVER };
    const words = { id: i % 65536, type: "A" as const, name: names[i % names.length] ?? "a.example" };
    const answer = dns({ from: RESOLVER, to: ends.from }, { ...words, answer: { records: 1 } });
    return [
      [time, dns(ends, words)],
      [time + 0.0005, answer],
    ];
  }).flat();
}

export const captureOfAll = (...askers: readonly Asker[]): Uint8Array => capture(askers.flatMap(asking));
