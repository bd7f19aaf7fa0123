import fc from "fast-check";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { tarMembers } from "../../src/bundle/tar.ts";
import { readAll, sourceOf } from "../../src/bytes/index.ts";
import type { Diagnostic } from "../../src/bytes/index.ts";

/** Reads an archive that comes in chunks of a given size. */
async function read(archive: Uint8Array, chunk = 1000) {
  const diagnostics: Diagnostic[] = [];
  const members: { name: string; type: string; bytes: Uint8Array }[] = [];
  const source = {
    size: archive.length,
    *stream() {
      for (let at = 0; at < archive.length; at += chunk) yield archive.subarray(at, at + chunk);
    },
  };
  for await (const { name, type, source: body } of tarMembers(source, (d) => diagnostics.push(d))) {
    members.push({ name, type, bytes: (await readAll(body, 1 << 20)).bytes });
  }
  return { members, codes: diagnostics.map((d) => d.code) };
}

const name = fc
  .array(fc.stringMatching(/^[a-z0-9._-]{1,40}$/), { minLength: 1, maxLength: 6 })
  .map((p) => p.join("/"));
const files = fc.array(fc.record({ name, body: fc.uint8Array({ maxLength: 3000 }) }), {
  minLength: 1,
  maxLength: 5,
});
const pack = (entries: readonly { name: string; body: Uint8Array }[]) =>
  packTar(entries.map(({ name, body }) => ({ header: { name, size: body.length }, body })));

describe("tar", () => {
  it("gives every member of an archive that another library made, long names included", async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 5000 }), async (entries, chunk) => {
        const { members, codes } = await read(await pack(entries), chunk);
        expect(codes).toEqual([]);
        expect(members.map((m) => m.name)).toEqual(entries.map((e) => e.name));
        for (const [i, entry] of entries.entries())
          expect([...(members[i]?.bytes ?? [])]).toEqual([...entry.body]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps what stands before a cut and says so", async () => {
    const archive = await pack([
      { name: "a", body: new Uint8Array(600).fill(7) },
      { name: "b", body: new Uint8Array(2000).fill(8) },
    ]);
    const { members, codes } = await read(archive.subarray(0, 512 + 1024 + 512 + 700));
    expect(members.map((m) => [m.name, m.bytes.length])).toEqual([
      ["a", 600],
      ["b", 700],
    ]);
    expect(codes).toEqual(["tar-cut"]);
  });

  it("passes over what isn't streamed", async () => {
    const archive = await pack([
      { name: "a", body: new Uint8Array(5000) },
      { name: "b", body: new Uint8Array([1]) },
    ]);
    const names: string[] = [];
    for await (const member of tarMembers(sourceOf(archive), () => undefined)) names.push(member.name);
    expect(names).toEqual(["a", "b"]);
  });

  it("survives every cut and any change of one byte", async () => {
    const archive = await pack([
      { name: "x".repeat(150), body: new Uint8Array(700).fill(3) },
      { name: "link", body: new Uint8Array(0) },
    ]);
    for (let cut = 0; cut <= archive.length; cut += 37) {
      expect((await read(archive.subarray(0, cut))).members.length).toBeLessThanOrEqual(2);
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (at, value) => {
        const changed = archive.slice();
        changed[at] = value;
        const { members } = await read(changed);
        expect(members.every(({ bytes }) => bytes.length <= archive.length)).toBe(true);
      }),
    );
  });
});
