import type { Profile } from "../profile.ts";
import { integer, truncated } from "./integer.ts";
import { legacyHeader } from "./legacy-header.ts";
import type { LegacyStart } from "./starts.ts";
import { type TextSample, TextSamples } from "./text-samples.ts";

const SAMPLE = /^(\d+) +(\d+)$/;
const ATTRIBUTE = /^(cycles\/second|sampling period|ms since reset|discarded samples) *= *(\d+)$/;

const TYPES = [
  ["contentions", "count"],
  ["delay", "nanoseconds"],
] as const;

/** Reads the text of a mutex or block profile, as Go writes it with debug=1. */
export function readContention(bytes: Uint8Array, start: LegacyStart): Profile {
  const reader = new ContentionReader();
  const { builder, problems } = new TextSamples(bytes, start, TYPES.length, reader);
  const duration = (reader.attributes.get("ms since reset") ?? 0n) * 1_000_000n;
  const header = legacyHeader(builder.strings, TYPES, ["contentions", "count"], reader.period, duration);
  return builder.build(header, problems.diagnostics());
}

class ContentionReader {
  readonly attributes = new Map<string, bigint>();

  /** One in so many contentions was sampled. */
  get period(): bigint {
    return this.attributes.get("sampling period") ?? 1n;
  }

  other(line: string): boolean {
    const [, name = "", digits] = ATTRIBUTE.exec(line) ?? [];
    const value = integer(digits);
    if (value !== undefined) this.attributes.set(name, value);
    return value !== undefined;
  }

  /** A delay in cycles of the processor, and how often it came to be. */
  sample(head: string): TextSample | undefined {
    const [cycles, count] = SAMPLE.exec(head)?.slice(1).map(integer) ?? [];
    if (cycles === undefined || count === undefined) return undefined;
    const { period } = this;
    const frequency = Number(this.attributes.get("cycles/second") ?? 0n);
    if (period === 0n) return { values: [count, cycles] };
    const delay = frequency > 0 ? truncated((Number(cycles) * Number(period)) / (frequency / 1e9)) : cycles;
    return { values: [count * period, delay] };
  }
}
