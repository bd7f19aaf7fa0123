import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { asPcapng, isCapture, splitCapture } from "./captures.ts";
import type { Files } from "./samples.ts";
import { EXPECTED, filesOf, judged } from "./samples.ts";

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

  it("as tcpdump -C rotates them, in files that stand in any order", async () => {
    const rotated = replaced(files, (file, path) => {
      const parts = splitCapture(file, 4).map((part, i) => [`${path}${i === 0 ? "" : i}`, part] as const);
      return Object.fromEntries(parts.toReversed());
    });
    expect(await judged(rotated)).toEqual(expected);
    // Not so in a zip: its packed members are read as they come, and don't say how long they are.
    const entries = Object.entries(rotated);
    const tar = await packTar(entries.map(([name, body]) => ({ header: { name, size: body.length }, body })));
    expect(await judged({ "case.tar.gz": new Uint8Array(gzipSync(tar)) })).toEqual(expected);
  });

  it("as pcapng", async () => {
    const recast = replaced(files, (file, path) => ({ [`${path}ng`]: asPcapng(file) }));
    expect(await judged(recast)).toEqual(expected);
  });

  it("taken twice, so that each packet is there in two files", async () => {
    const twice = replaced(files, (file, path) => ({
      [path]: file,
      [path.replace(".pcap", "-copy.pcap")]: file,
    }));
    expect(await judged(twice)).toEqual(expected);
  });
});
