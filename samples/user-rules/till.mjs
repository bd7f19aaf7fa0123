// A rule as code, for what no comparison says: timeouts that come every so many seconds. Try it:
//   inquest test-rules samples/user-rules/till.mjs
import { defineCause, defineSymptom, cantTell, fails, holds, textSearch, textsOf } from "inquest/rules";

const slowPrints = textSearch({
  matches: String.raw`^(?P<minute>\d\d:\d\d):(?P<second>\d\d) printer did not answer`,
  paths: ["till*.log"],
});

/** Seconds of the minute, with what says so. */
function prints(host) {
  return textsOf(host, slowPrints).flatMap(({ artifact, found }) =>
    [...found.groups.values()].flatMap(({ lines }) =>
      lines.map(({ text, number, fields }) => ({
        second: Number(fields.get("second")),
        cite: { artifact: artifact.path, text, where: { line: number } },
      })),
    ),
  );
}

const printerSilent = defineSymptom({
  id: "till/printer-silent",
  title: "the printer did not answer",
  description: "The till's log says that its printer did not answer.",
  remedy: ["Turn the printer off and on again."],
  references: [],
  searches: [slowPrints],
  *detect(host) {
    const seen = prints(host);
    if (seen.length === 0) return;
    yield {
      subject: { kind: "node", name: host.name ?? "this till" },
      summary: `The printer did not answer, ${seen.length} times or more.`,
      evidence: seen.map(({ cite }) => cite),
      data: seen,
      weight: seen.length,
    };
  },
});

const backup = defineCause({
  id: "till/backup-each-minute",
  title: "the backup takes the printer's bus",
  description: "A backup to a disk on the printer's bus starts at the beginning of each minute.",
  explains: [printerSilent],
  tests: [
    {
      statement: "the printer is silent in the first seconds of a minute only",
      axis: "time",
      holds: "strong",
      fails: "decisive",
      answer({ seen }) {
        if (seen === undefined || seen.length < 3) return cantTell("uncovered");
        const cites = seen.map(({ cite }) => cite);
        return seen.every(({ second }) => second < 5) ? holds(cites) : fails(cites);
      },
    },
  ],
  remedy: ["Put the backup's disk on a bus of its own."],
  references: [],
  summary: () => "The printer is silent at the beginning of minutes, as the backup runs.",
});

export default [printerSilent, backup];

const log = (...times) => times.map((time) => `${time} printer did not answer\n`).join("");

export const tests = [
  {
    name: "each minute",
    files: { "till-7/till.log": log("10:00:01", "10:01:02", "10:07:01") },
    expect: { "till/printer-silent": "confirmed", "till/backup-each-minute": "likely" },
  },
  {
    name: "now and then",
    files: { "till-7/till.log": log("10:00:31", "10:01:02", "10:07:48") },
    expect: { "till/printer-silent": "confirmed", "till/backup-each-minute": "ruled-out" },
  },
  {
    name: "too few to say",
    files: { "till-7/till.log": log("10:00:01") },
    expect: { "till/printer-silent": "confirmed", "till/backup-each-minute": "possible" },
  },
];
