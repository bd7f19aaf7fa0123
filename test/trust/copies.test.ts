import { describe, expect, it } from "vitest";
import { EXPECTED, filesOf, judged, renamed } from "./samples.ts";

describe.each(Object.entries(EXPECTED))("the bundle of sample %s", (sample, expected) => {
  it("given twice tells no more than once", async () => {
    const files = filesOf(sample);
    const copy = renamed(files, (path) => path.replace("bundle/", "bundle-copy/"));
    expect(await judged({ ...files, ...copy })).toEqual(expected);
    expect(await judged({ ...copy, ...files })).toEqual(expected);
  });
});
