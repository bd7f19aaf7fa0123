import type { Logged } from "../../evidence/index.ts";
import { kernelEvents } from "../../evidence/index.ts";
import type { EventKind, LogEvent } from "../../procstack/index.ts";
import type { Missing, Subject, Symptom } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { lasting } from "../log-symptom.ts";

/** What the kernel's log says of one trouble. */
export interface KernelTrouble {
  readonly events: readonly Logged<LogEvent>[];
  /** How many lines there were, those included that are not among {@link events}. */
  readonly count: number;
}

const CITED = 6;
/** What a log tells of less long ago may well go on. */
const LONG_AGO = 3600;

/** Whether the log goes on for long after the last of them. */
export const isLongAgo = (events: readonly { readonly ago?: number }[]): boolean =>
  events.length > 0 && events.every(({ ago = 0 }) => ago > LONG_AGO);

/** ` The last was 3 hours before the log ends.`; empty where it was not long before, or the log doesn't tell. */
export function agoText(events: readonly { readonly ago?: number }[]): string {
  const last = Math.min(...events.map(({ ago = 0 }) => ago));
  if (last === Number.POSITIVE_INFINITY) return events.length === 0 ? "" : " The machine was booted since.";
  return last > LONG_AGO ? ` The last was ${lasting(last)} before the log ends.` : "";
}

/** The same for the title of what is told. */
export function agoOf(events: readonly { readonly ago?: number }[]): { readonly when?: string } {
  const last = Math.min(...events.map(({ ago = 0 }) => ago));
  if (events.length === 0 || last <= LONG_AGO) return {};
  return {
    when: Number.isFinite(last)
      ? `${lasting(last)} before the log ends`
      : "before the machine was booted anew",
  };
}

/** A trouble that lines of the kernel's log tell by themselves, with what they name. */
interface KernelSymptom {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  readonly kinds: readonly EventKind[];
  /** Those that are alike are one finding: by the device, the group, or all of the `node` together; some are `nothing`. */
  readonly subjectOf: (event: LogEvent) => Subject | "node" | "nothing";
  readonly summary: (trouble: KernelTrouble, subject: Subject) => string;
  readonly missing?: readonly Missing[];
  /** Fewer lines are of a moment; one is enough when absent. */
  readonly least?: number;
  /** Whether the lines themselves say why. */
  readonly namesItsCause?: true;
}

/** Makes a symptom of lines that the kernel wrote since it was booted. */
export function kernelSymptom(text: KernelSymptom): Symptom<KernelTrouble> {
  const { kinds, subjectOf, summary, missing, least = 1, namesItsCause, ...rest } = text;
  return defineSymptom<KernelTrouble>({
    ...rest,
    *detect(host) {
      const all = kinds.map((kind) => kernelEvents(host, kind));
      const groups = new Map<string, { subject: Subject; events: Logged<LogEvent>[] }>();
      for (const logged of all.flatMap(({ events }) => events)) {
        const about = subjectOf(logged.event);
        if (about === "nothing") continue;
        const subject = about === "node" ? { kind: "node", name: host.name ?? "this node" } : about;
        const key = JSON.stringify(subject);
        const group = groups.get(key);
        if (group) group.events.push(logged);
        else groups.set(key, { subject, events: [logged] });
      }
      const kept = all.reduce((sum, { events }) => sum + events.length, 0);
      const total = all.reduce((sum, { count }) => sum + count, 0);
      for (const { subject, events } of groups.values()) {
        // What was only counted belongs to the group, where there is one.
        const count = events.length === kept ? total : events.length;
        if (count < least) continue;
        yield {
          subject,
          summary: summary({ events, count }, subject) + agoText(events),
          evidence: events.slice(0, CITED).map(({ cite }) => cite),
          data: { events, count },
          weight: count,
          missing: missing ?? [],
          ...(namesItsCause && { namesItsCause }),
          ...agoOf(events),
        };
      }
    },
  });
}
