import { describe, expect, it } from "vitest";
import { analyzeFiles } from "../rules/case.ts";
import { asPcapng, isCapture, splitCapture } from "./captures.ts";
import type { Files } from "./samples.ts";
import { EXPECTED, filesOf, verdictsOf } from "./samples.ts";

const withCaptures = Object.entries(EXPECTED).filter(([sample]) =>
  Object.values(filesOf(sample)).some(isCapture),
);

/** Each capture replaced by other files. */
const replaced = (files: Files, by: (file: Uint8Array, path: string) => Files): Files =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, body]) =>
      isCapture(body) ? Object.entries(by(body, path)) : [[path, body] as const],
    ),
  );

describe.each(withCaptures)("the captures of sample %s", (sample, expected) => {
  const files = filesOf(sample);
  const check = async (variant: Files): Promise<void> =>
    expect(verdictsOf((await analyzeFiles(variant)).findings)).toEqual(expected);

  it("as tcpdump -C rotates them, in files that stand in any order", () =>
    check(
      replaced(files, (file, path) =>
        Object.fromEntries(
          splitCapture(file, 4)
            .map((part, i) => [`${path}${i === 0 ? "" : i}`, part] as const)
            .toReversed(),
        ),
      ),
    ));

  it("as pcapng", () => check(replaced(files, (file, path) => ({ [`${path}ng`]: asPcapng(file) }))));

  it("taken twice, so that each packet is there in two files", () =>
    check(replaced(files, (file, path) => ({ [path]: file, [path.replace(".pcap", "-copy.pcap")]: file }))));
});
