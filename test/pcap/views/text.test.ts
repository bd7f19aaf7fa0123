import { describe, expect, it } from "vitest";
import { bytesText, spanText, textTable, timeText, utcText, wrapped } from "../../../src/pcap/views/text.ts";

describe("figures", () => {
  it.each([
    [0, "0 µs"],
    [0.000_041_4, "41 µs"],
    [0.000_999_4, "999 µs"],
    [0.000_999_6, "1.00 ms"],
    [0.004_119, "4.12 ms"],
    [0.099_96, "100 ms"],
    [0.9994, "999 ms"],
    [0.9996, "1.00 s"],
    [59.96, "60.0 s"],
    [119, "119 s"],
    [183, "3 min 3 s"],
    [7260, "2 h 1 min"],
  ])("%d s are %s", (seconds, text) => {
    expect(spanText(seconds)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [12_345, "12.3 kB"],
    [999_600, "1.00 MB"],
    [5e12, "5.00 TB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it("tell times to the microsecond", () => {
    expect(timeText(1.234_567_8, { start: 1_700_000_000, utc: false })).toBe("1.234568");
    expect(timeText(0.25, { start: 1_700_000_000, utc: true })).toBe("2023-11-14 22:13:20.250000");
    expect(timeText(0.25, { start: undefined, utc: true })).toBe("0.250000");
    expect(utcText(1_700_000_000 - 2 ** -22)).toBe("2023-11-14 22:13:20.000000");
    expect(utcText(-0.5)).toBe("1969-12-31 23:59:59.500000");
    expect(utcText(1e18)).not.toContain("Invalid");
  });
});

describe("a table", () => {
  const columns = [
    { title: "n", right: true, cell: ({ n }: { n: number; text: string }) => String(n) },
    { title: "zero", optional: true, cell: () => "0" },
    { title: "text", wrap: true, cell: ({ text }: { n: number; text: string }) => text },
  ];

  it("sets numbers flush right, leaves empty columns out, and wraps the last", () => {
    const long = Array.from({ length: 12 }, (_, at) => `something ${at}`).join(", ");
    const lines = [
      ...textTable(columns, [
        { n: 7, text: "short" },
        { n: 1234, text: long },
      ]),
    ];
    expect(lines[0]).toBe("   n  text");
    expect(lines[1]).toBe("   7  short");
    expect(lines[2]).toMatch(/^1234 {2}something 0, /);
    expect(lines[3]).toMatch(/^ {6}something/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("breaks text at its commas alone", () => {
    expect(wrapped("a b, c d, e", 6)).toEqual(["a b,", "c d, e"]);
    expect(wrapped("longer-than-it-may-be", 3)).toEqual(["longer-than-it-may-be"]);
    expect(wrapped("", 3)).toEqual([""]);
  });
});
