import { describe, expect, it } from "vitest";
import { shifted, textOf } from "./contents.ts";
import { EXPECTED, filesOf, judged } from "./samples.ts";

const DAY = 86_400;
/** The samples were recorded in late November: this goes across a year's end. */
const ACROSS_NEW_YEAR = 40 * DAY + 41_000;

describe.each(Object.entries(EXPECTED))("the clocks of sample %s", (sample, expected) => {
  const files = filesOf(sample);

  it("across a year's end", async () => {
    expect(await judged(shifted(files, ACROSS_NEW_YEAR))).toEqual(expected);
  });

  it.runIf(/20[12]\d-\d\d-\d\dT/.test(textOf(files)))("in another zone, and nine years on", async () => {
    for (const zone of [330, -480]) {
      expect(await judged(shifted(files, 9 * 365 * DAY, zone))).toEqual(expected);
    }
  });
});
