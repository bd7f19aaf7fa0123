import { describe, expect, it } from "vitest";
import { analyzeFiles } from "../rules/case.ts";
import { shifted, textOf } from "./contents.ts";
import { EXPECTED, filesOf, verdictsOf } from "./samples.ts";

const DAY = 86_400;
/** The samples were recorded in late November: this goes across a year's end. */
const ACROSS_NEW_YEAR = 40 * DAY + 41_000;

describe.each(Object.entries(EXPECTED))("the clocks of sample %s", (sample, expected) => {
  const files = filesOf(sample);

  it("across a year's end", async () => {
    const { findings } = await analyzeFiles(shifted(files, ACROSS_NEW_YEAR));
    expect(verdictsOf(findings)).toEqual(expected);
  });

  it.runIf(/20[12]\d-\d\d-\d\dT/.test(textOf(files)))("in another zone, and nine years on", async () => {
    for (const zone of [330, -480]) {
      const { findings } = await analyzeFiles(shifted(files, 9 * 365 * DAY, zone));
      expect(verdictsOf(findings)).toEqual(expected);
    }
  });
});
