import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../src/pprof/index.ts";
import type { Profile } from "../../../src/pprof/index.ts";
import { bytesOf, codesOf, fixture, join } from "../fixtures.ts";
import { raw } from "../raw.ts";

type Word = readonly [size: 4 | 8, littleEndian: boolean];
const WORDS: readonly Word[] = [
  [4, true],
  [4, false],
  [8, true],
  [8, false],
];

function words([size, littleEndian]: Word, numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  for (const [i, number] of numbers.entries()) {
    if (size === 4) view.setUint32(i * 4, number, littleEndian);
    else view.setBigUint64(i * 8, BigInt(number), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

const read = (bytes: Uint8Array): Profile => readProfile(bytes) as Profile;
const HEADER = [0, 3, 0, 5000, 0];
const END = [0, 1, 0];

function stacksOf({ samples, locations }: Profile): [count: number | undefined, stack: number[]][] {
  return Array.from({ length: samples.count }, (_, row) => [
    samples.values[0]?.numbers[row],
    Array.from(samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1]), (location) =>
      Number(locations.address[location]),
    ),
  ]);
}

describe("a binary CPU profile", () => {
  it.each(WORDS)("reads the same in words of %d bytes, little-endian %s", (size, littleEndian) => {
    const body = [
      2, 3, 0x1000, 0x2001, 0x3001, 1, 1, 0x1500, 4, 3, 0x1000, 0x2001, 0x3001, 1, 2, 0x1600, 0x4001,
    ];
    const map = bytesOf("00001000-00002000 r-xp 00000000 fe:00 7 /bin/a\n");
    const profile = read(join(words([size, littleEndian], [...HEADER, ...body, ...END]), map));
    expect(profile.diagnostics).toEqual([]);
    expect(stacksOf(profile)).toEqual([
      [6, [0x1000, 0x2000, 0x3000]],
      [1, [0x1500]],
      [1, [0x1600, 0x4000]],
    ]);
    expect(profile.period).toBe(5_000_000n);
    expect(Array.from(profile.samples.values[1]?.numbers ?? [])).toEqual([30e6, 5e6, 5e6]);
    expect(profile.string(profile.mappings.file[1] ?? 0)).toBe("/bin/a");
  });

  it("loses the frames that the profiler's signal handler pushed, and a leaf that stands there twice", () => {
    const sample = (leaf: number, ...callers: number[]) => [1, callers.length + 1, leaf, ...callers];
    const handler = [...sample(0x10, 0x901, 0x801, 0x21), ...sample(0x12, 0x901, 0x801, 0x31, 0x41)];
    expect(stacksOf(read(words([8, true], [...HEADER, ...handler, ...END])))).toEqual([
      [1, [0x10, 0x20]],
      [1, [0x12, 0x30, 0x40]],
    ]);
    // Less one, like all callers, 0x10 is 0xf.
    const doubled = [...sample(0x10, 0x10, 0x21), ...sample(0x12, 0x31)];
    expect(stacksOf(read(words([8, true], [...HEADER, ...doubled, ...END])))).toEqual([
      [1, [0x10, 0x20]],
      [1, [0x12, 0x30]],
    ]);
  });

  it("is read up to where it is cut, or claims to be longer than it is", () => {
    const whole = words([8, true], [...HEADER, 1, 1, 0x10, 1, 2, 0x20, 0x31, ...END]);
    const cut = read(whole.subarray(0, 10 * 8));
    expect([stacksOf(cut), codesOf(cut.diagnostics)]).toEqual([[[1, [0x10]]], ["foreign-bytes"]]);
    expect(codesOf(read(whole.subarray(0, 8 * 8)).diagnostics)).toEqual(["profile-cut"]);
    const huge = read(words([8, true], [...HEADER, 1, 1, 0x10, 1, 2 ** 52, 0x20]));
    expect([stacksOf(huge), codesOf(huge.diagnostics)]).toEqual([[[1, [0x10]]], ["foreign-bytes"]]);
    const bytes = fixture("forms/gperftools-cpu.prof");
    for (let at = 40; at < bytes.length; at++)
      expect(read(bytes.subarray(0, at)).sampleTypes).toHaveLength(2);
  });

  it("survives any words", () => {
    fc.assert(
      fc.property(fc.constantFrom(...WORDS), fc.array(fc.oneof(fc.nat(6), fc.nat(2 ** 31))), (word, body) => {
        const bytes = words(word, [...HEADER, ...body]);
        expect(raw(read(bytes))).toContain("Samples:");
      }),
    );
  });
});

describe("forms that are named and not read", () => {
  it.each([
    ["java-cpu", words([8, true], [0, 3, 1, 5000, 0])],
    [
      "threadz",
      bytesOf("--- threadz 1 ---\n\n--- Thread 7eff063d9940 (name: main/25376) stack: ---\n  PC: 0x40be31\n"),
    ],
    ["threadz", bytesOf("--- Thread 7eff063d9940 (name: main/25376) stack: ---\n")],
    ["contentionz", bytesOf("--- contentionz 1 ---\ncycles/second = 3201000000\n")],
    ["java-heapz", bytesOf("--- heapz 1 ---\nformat = java\n")],
    ["symbolized", bytesOf("--- symbol\nbinary=/bin/a\n0x1 main\n---\n--- profile\n")],
  ])("%s", (code, bytes) => {
    const profile = read(bytes);
    expect(profile.diagnostics).toMatchObject([{ effect: "unread", code }]);
    expect(profile.sampleCount).toBe(0);
  });
});
