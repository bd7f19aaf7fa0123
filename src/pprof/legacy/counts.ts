import type { Profile } from "../profile.ts";
import { integer } from "./integer.ts";
import { legacyHeader } from "./legacy-header.ts";
import type { LegacyStart } from "./starts.ts";
import { TextSamples } from "./text-samples.ts";

const FIRST_LINE = /^(\S+) profile: total (\d+)$/;

/** Reads the text of a profile that counts stacks, as Go writes it with debug=1: of goroutines, of threads, of a program's own. */
export function readCountProfile(bytes: Uint8Array, start: LegacyStart): Profile {
  const [, name = "", total] = FIRST_LINE.exec(start.line) ?? [];
  let sum = 0n;
  const sample = (head: string) => {
    const count = integer(head);
    if (count === undefined) return undefined;
    sum += count;
    return { values: [count] };
  };
  const { builder, problems } = new TextSamples(bytes, start, 1, { sample });
  if (sum !== integer(total)) problems.add("total-mismatch", start.offset);
  const type = [name, "count"] as const;
  return builder.build(legacyHeader(builder.strings, [type], type, 1n), problems.diagnostics());
}
