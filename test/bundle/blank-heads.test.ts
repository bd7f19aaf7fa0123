import { describe, expect, test } from "vitest";
import { FORMATS } from "../../src/bundle/formats.ts";

const LENGTH = 65_536;

describe("recognising what is nearly blank", () => {
  // Where a pattern may begin anywhere among blanks and go on over them, 64 KB of them take four milliards of steps.
  test.each([
    ["line feeds", "\n"],
    ["carriage returns", "\r"],
    ["line ends", "\r\n"],
    ["blanks", " "],
    ["tabs", "\t"],
    ["indented ends", " \n"],
  ])("takes no format long: %s", (_, unit) => {
    const head = new TextEncoder().encode(unit.repeat(LENGTH / unit.length - 1) + "x");
    for (const format of FORMATS) {
      const before = process.cpuUsage();
      format.recognise(head, "x.log");
      const { user } = process.cpuUsage(before);
      expect(user, format.kind).toBeLessThan(800_000);
    }
  });
});
