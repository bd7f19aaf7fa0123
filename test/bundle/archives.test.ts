import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import type { Artifact } from "../../src/bundle/index.ts";
import type { ByteSource } from "../../src/bytes/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/archives/${name}`));

/** As standard input is: in pieces, from one buffer that is used again, and never twice. */
function streamed(bytes: Uint8Array, piece = 1000): ByteSource {
  return {
    size: undefined,
    *stream() {
      const buffer = new Uint8Array(piece);
      for (let at = 0; at < bytes.length; at += piece) {
        const part = bytes.subarray(at, at + piece);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    },
  };
}

const openSource = async (source: ByteSource): Promise<readonly Artifact[]> =>
  (await openBundle({ name: "a", source })).artifacts;
const shortly = (artifacts: readonly Artifact[]): string[] =>
  artifacts.map(({ path, kind, status, host }) => [path, kind, status, host ?? "-"].join(" "));

const CASE = [
  "a/case/node-a/empty.txt unknown unread node-a",
  "a/case/node-a/sysctl.txt sysctl read node-a",
  "a/case/node-a/uname.txt uname read node-a",
];

function sysctlsOf(artifacts: readonly Artifact[]): number {
  const sysctl = artifacts.find(({ kind }) => kind === "sysctl");
  return sysctl?.content?.kind === "sysctl" ? sysctl.content.model.values.size : 0;
}

describe.each([
  "deflated.zip",
  "stored.zip",
  "streamed.zip",
  "streamed-stored.zip",
  "streamed-zip64.zip",
  "zip64.zip",
  "case.tar.xz",
  "sha256.tar.xz",
  "unchecked.tar.xz",
  "blocks.tar.xz",
  "small.tar.xz",
  "streams.tar.xz",
])("%s", (name) => {
  const bytes = bytesOf(name);

  it("gives all that is in it, read at will or as a stream, whatever the pieces", async () => {
    for (const source of [sourceOf(bytes), streamed(bytes), streamed(bytes, 100_000)]) {
      const artifacts = await openSource(source);
      expect(shortly(artifacts)).toEqual(CASE);
      expect(sysctlsOf(artifacts)).toBe(901);
    }
  });

  it("gives what stands before a cut, says so, and never throws", async () => {
    for (let at = 1; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 20))) {
      const cut = bytes.subarray(0, at);
      for (const source of [sourceOf(cut), streamed(cut)]) {
        const artifacts = await openSource(source);
        const known = new Set(CASE.map((line) => line.split(" ")[0]));
        expect(artifacts.length).toBeGreaterThan(0);
        for (const { path } of artifacts) expect(path === "a" || known.has(path)).toBe(true);
        // Either something is missing and that is said, or only the archive's own end is.
        const isTold = artifacts.some(
          ({ path, reason }) => reason !== undefined && !path.endsWith("empty.txt"),
        );
        expect(isTold || sysctlsOf(artifacts) === 901).toBe(true);
      }
    }
  });

  it("survives any change of its bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.boolean(),
        async (changes, atWill) => {
          const changed = bytes.slice();
          for (const [at, value] of changes) changed[at] = value;
          const artifacts = await openSource(atWill ? sourceOf(changed) : streamed(changed));
          const unexplained = artifacts.filter((one) => one.status !== "read" && one.reason === undefined);
          expect(unexplained).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("archives", () => {
  it("gives what half an archive holds", async () => {
    for (const name of ["stored.zip", "case.tar.xz", "blocks.tar.xz", "deflated.zip"]) {
      const bytes = bytesOf(name);
      const artifacts = await openSource(sourceOf(bytes.subarray(0, Math.floor(bytes.length * 0.6))));
      const sysctl = artifacts.find(({ kind }) => kind === "sysctl");
      expect(sysctl?.status, name).toBe("partial");
      expect(sysctl?.reason).toMatch(/ends before its end|bytes are there/);
      expect(sysctlsOf(artifacts), name).toBeGreaterThan(100);
    }
  });

  it("tells changed bytes by their checksum", async () => {
    const stored = bytesOf("stored.zip");
    const at = new TextDecoder("latin1").decode(stored).indexOf("veth450");
    stored[at] = 0x78;
    const zip = (await openSource(sourceOf(stored))).find(({ kind }) => kind === "sysctl");
    expect(zip).toMatchObject({ status: "partial", reason: expect.stringContaining("checksum") });
    for (const name of ["case.tar.xz", "sha256.tar.xz", "blocks.tar.xz"]) {
      const bytes = bytesOf(name);
      // The check stands before the index and the footer.
      const footer = bytes.length - 12;
      const index = footer - (new DataView(bytes.buffer).getUint32(footer + 4, true) + 1) * 4;
      bytes[index - 1] = (bytes[index - 1] ?? 0) ^ 1;
      const reasons = (await openSource(sourceOf(bytes))).map(({ reason }) => reason);
      expect(reasons, name).toContainEqual(expect.stringContaining("a checksum is wrong"));
    }
  });

  it("names what it can't read, and why", async () => {
    const reasons = async (name: string) =>
      [...new Set((await openSource(sourceOf(bytesOf(name)))).map(({ reason }) => reason))].join("|");
    expect(await reasons("encrypted.zip")).toMatch(/an encrypted member of a zip archive/);
    expect(await reasons("deflate64.zip")).toMatch(/isn't read: deflate64/);
    expect(await reasons("x86.tar.xz")).toMatch(/a filter for programs/);
    expect(await reasons("case.7z")).toMatch(/7z archive: not a form that is opened/);
    const overlap = await openSource(sourceOf(bytesOf("overlap.zip")));
    expect(overlap.map(({ status }) => status)).toEqual(["read", "unread"]);
    expect(overlap[1]?.reason).toMatch(/also another member's/);
  });

  it("never takes a member's name for a path", async () => {
    for (const source of [sourceOf(bytesOf("names.zip")), streamed(bytesOf("names.zip"))]) {
      const paths = (await openSource(source)).map(({ path }) => path);
      expect(paths).toEqual([
        "a/abs/sysctl.txt",
        "a/case/b/sysctl.txt",
        "a/case/café/sysctl.txt",
        "a/case/café/sysctl.txt",
        "a/case/link",
        "a/case/twice.txt",
        "a/case/twice.txt",
        "a/etc/sysctl.txt",
      ]);
    }
  });

  it("opens archives in archives, and files compressed by themselves in those", async () => {
    const artifacts = await openSource(sourceOf(bytesOf("nested.zip")));
    expect(shortly(artifacts)).toEqual([
      "a/case.tar.xz/case/node-a/empty.txt unknown unread node-a",
      "a/case.tar.xz/case/node-a/sysctl.txt.xz sysctl read node-a",
      "a/case.tar.xz/case/node-a/uname.txt uname read node-a",
    ]);
  });
});
