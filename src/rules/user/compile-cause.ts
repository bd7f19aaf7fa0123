import type { Cause, Symptom } from "../engine/index.ts";
import { cantTell, defineCause } from "../engine/index.ts";
import { SeenValues } from "./compile-symptom.ts";
import { compileTest } from "./compile-test.ts";
import type { WrittenCause } from "./form.ts";
import type { Report } from "./shape.ts";
import { template } from "./template.ts";

/** Makes a cause of what was written, and of the symptoms that it explains. */
export function compileCause(
  written: WrittenCause,
  explains: readonly Symptom<unknown>[],
  /** Names that the symptoms' own data give to the summary. */
  names: ReadonlySet<string>,
  report: Report,
): Cause<unknown> {
  const compiled = written.tests.flatMap((test) => compileTest(test, report) ?? []);
  const say = written.summary && template(written.summary, new Set([...names, "host"]), report);
  const isAtServer = written.at !== "client";
  const ofCluster = compiled.length > 0 && compiled.every((each) => each.ofCluster);
  return defineCause<unknown>({
    id: written.cause.value,
    title: written.title,
    description: written.description,
    explains,
    ...(ofCluster && { of: "cluster" }),
    searches: compiled.flatMap(({ searches }) => searches),
    tests: compiled.map(({ test, ofCluster }) => ({
      ...test,
      answer: (about) =>
        isAtServer && !ofCluster && wasSeenAtClient(about.seen) ? cantTell("uncovered") : test.answer(about),
    })),
    remedy: written.remedy ?? [],
    references: written.references ?? [],
    summary({ host, seen }) {
      const values = new Map(seen instanceof SeenValues ? seen.values : []);
      values.set("host", host.name ?? "this node");
      return say?.(values) ?? `${written.title}.`;
    },
  });
}

/** Inquest's symptoms of traffic say so: the other end is elsewhere, and so are its settings. */
function wasSeenAtClient(seen: unknown): boolean {
  return typeof seen === "object" && seen !== null && "atClient" in seen && seen.atClient === true;
}
