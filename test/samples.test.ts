import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzeFiles } from "./rules/case.ts";
import { EXPECTED, filesOf, folders, onlyUnreadable, verdictsOf } from "./trust/samples.ts";
import { RULES } from "../src/rules/index.ts";

describe.each(Object.entries(EXPECTED))("sample %s", (sample, expected) => {
  const files = filesOf(sample);

  it("gets the verdicts that its story demands", async () => {
    expect(verdictsOf((await analyzeFiles(files)).findings)).toEqual(expected);
  });

  it("has a README and the script that made it", () => {
    for (const file of ["README.md", "make.sh"])
      expect(existsSync(`samples/${sample}/${file}`), file).toBe(true);
  });

  it("confirms nothing more when any of its files is cut anywhere or lost", async () => {
    const paths = Object.keys(files);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (path, at) => {
          const whole = files[path] ?? new Uint8Array();
          const cut = whole.subarray(0, Math.floor(whole.length * at));
          const { [path]: _, ...others } = files;
          const report = await analyzeFiles(
            at === 1 && paths.length > 1 ? others : { ...others, [path]: cut },
          ).catch(onlyUnreadable);
          const causes = report.findings.filter(
            ({ kind, verdict }) => kind === "cause" && verdict === "confirmed",
          );
          for (const { rule } of causes) expect(expected[rule]).toBe("confirmed");
        },
      ),
      // Of each of dozens of samples; another seed each time.
      { numRuns: 10 },
    );
  });
});

it("every sample is expected to be something, by rules that there are", () => {
  expect(folders()).toEqual(Object.keys(EXPECTED));
  const known = new Set(RULES.map(({ id }) => id));
  const named = Object.values(EXPECTED).flatMap((verdicts) => Object.keys(verdicts));
  expect(named.filter((rule) => !known.has(rule))).toEqual([]);
});
