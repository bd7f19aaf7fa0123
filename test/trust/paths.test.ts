import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { packXz, packZip, packZstd } from "../pack.ts";
import { changed } from "./contents.ts";
import type { Files } from "./samples.ts";
import { EXPECTED, filesOf, renamed, judged } from "./samples.ts";

const gzip = (body: Uint8Array): Uint8Array => new Uint8Array(gzipSync(body));
const tar = (files: Files): Promise<Uint8Array> =>
  packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length }, body })));

/** A number that is a string's own, and without order. */
function hash(text: string): number {
  let sum = 0;
  for (const char of text) sum = (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  return Math.imul(sum, 0x9e3779b1) >>> 0;
}

/** The files in an order that has nothing to do with their names. */
const shuffled = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).sort(([a], [b]) => hash(a) - hash(b)));

/** Each file compressed in another way. */
const COMPRESSORS = [gzip, packZstd, packXz];
const compressed = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, body]) => [path, COMPRESSORS[hash(path) % 3]?.(body) ?? body]),
  );

/** What a path says that the content doesn't: a process, a place in a file system, whose it is, which of two was first, what a bare word is. */
const IS_FACT = /\/(?:proc|sys|etc|rootfs|pods|pod)\/|before|after|\/hostname$|\/date\.txt$|boot_id$/;

/** Files whose names carry no fact under names that say nothing; their endings stay. */
const nameless = (files: Files): Files =>
  renamed(files, (path) => {
    if (IS_FACT.test(path)) return path;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return path.slice(0, -name.length) + name.replace(/^[^.]+/, `x${hash(name).toString(36)}`);
  });

/** The node's folder and every word that names it. */
function otherNode(files: Files): Files {
  const to = (text: string): string => text.replace(/\b(?:node|master)-(?=[a-z1]\b)/g, "worker-3");
  return renamed(changed(files, { text: to }), to);
}

describe.each(Object.entries(EXPECTED))("the paths of sample %s", (sample, expected) => {
  const files = filesOf(sample);

  it("shuffled, and each file compressed", async () => {
    expect(await judged(compressed(shuffled(files)))).toEqual(expected);
  });

  it("in archives inside archives", async () => {
    const inner = { "upload/case.zip": packZip(shuffled(files)) };
    expect(await judged({ "ticket.tar.xz": packXz(await tar(inner)) })).toEqual(expected);
  });

  it("in a compressed archive, wrapped in folders, the bundle called otherwise", async () => {
    const wrapped = renamed(
      files,
      (path) => `ticket-17/evidence/${path.replace("bundle/", "evidence-4711/")}`,
    );
    expect(await judged({ "case.tar.gz": gzip(await tar(wrapped)) })).toEqual(expected);
  });

  it("under other names, on a node that is called otherwise", async () => {
    expect(await judged(nameless(otherNode(files)))).toEqual(expected);
  });
});
