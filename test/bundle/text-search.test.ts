import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import type { BundleInput } from "../../src/bundle/index.ts";
import { openBundle } from "../../src/bundle/index.ts";
import type { TextSearch } from "../../src/bundle/text-search.ts";
import { KEPT_GROUPS, KEPT_LINES, TextScan } from "../../src/bundle/text-search.ts";
import { sourceOf } from "../../src/bytes/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sought = (what: string, each = false): TextSearch => ({
  wants: (path) => !path.endsWith(".skip"),
  match: (line) =>
    line.includes(what) ? { group: each ? line : "", fields: new Map([["line", line]]) } : undefined,
});

function scan(search: TextSearch, ...chunks: Uint8Array[]) {
  const scan = new TextScan([search]);
  for (const chunk of chunks) scan.push(chunk);
  const searched = scan.end();
  return { ...searched, found: searched.found.get(search) };
}
const linesOf = (result: ReturnType<typeof scan>) =>
  [...(result.found?.groups.values() ?? [])].flatMap(({ lines }) =>
    lines.map(({ number, text }) => [number, text]),
  );

async function find(search: TextSearch, name: string, content: string | Uint8Array) {
  const source = sourceOf(typeof content === "string" ? bytes(content) : content);
  const { artifacts } = await openBundle([{ name, source }] as BundleInput[], { searches: [search] });
  return artifacts.map(({ path, kind, status, searched }) => ({
    path,
    kind,
    status,
    lines: [...(searched?.found.get(search)?.groups.values() ?? [])].flatMap((group) =>
      group.lines.map(({ number }) => number),
    ),
  }));
}

describe("a text's search", () => {
  it("finds lines with their numbers, whatever ends them", () => {
    const result = scan(sought("x"), bytes("a\nbx\r\ncx\n\nx"));
    expect(linesOf(result)).toEqual([
      [2, "bx"],
      [3, "cx"],
      [5, "x"],
    ]);
    expect(result.lines).toBe(5);
  });

  it("finds the same however the text is cut into pieces", () => {
    const text = "žluťoučký x\nkůň\r\nx pěl\n\n… x\n";
    const whole = linesOf(scan(sought("x"), bytes(text)));
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes(text).length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes(text).length];
        const chunks = at.slice(1).map((end, i) => bytes(text).slice(at[i], end));
        expect(linesOf(scan(sought("x"), ...chunks))).toEqual(whole);
      }),
    );
  });

  it("reads UTF-16 by its mark, drops one of UTF-8, and takes bytes that are neither", () => {
    expect(linesOf(scan(sought("x"), new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x78, 0])))).toEqual([
      [2, "x"],
    ]);
    expect(
      linesOf(
        scan(
          { ...sought("x"), match: (line) => (line === "x" ? { group: "", fields: new Map() } : undefined) },
          new Uint8Array([0xef, 0xbb, 0xbf, 0x78]),
        ),
      ),
    ).toEqual([[1, "x"]]);
    expect(linesOf(scan(sought("x"), new Uint8Array([0xc3, 0x28, 0x78])))[0]?.[0]).toBe(1);
  });

  it("keeps few lines of a group and few groups, and counts the others", () => {
    const many = scan(sought("x"), bytes("x\n".repeat(1000)));
    const [group] = many.found?.groups.values() ?? [];
    expect(group?.count).toBe(1000);
    expect(group?.lines).toHaveLength(KEPT_LINES);
    const groups = scan(sought("x", true), bytes(Array.from({ length: 1000 }, (_, i) => `x${i}\n`).join("")));
    expect(groups.found?.groups.size).toBe(KEPT_GROUPS);
    expect(groups.found?.beyond).toBe(1000 - KEPT_GROUPS);
  });

  it("looks at the beginning of an endless line, and holds no more of it", () => {
    const search = sought("x");
    const scan = new TextScan([search]);
    const piece = bytes("a".repeat(1 << 20));
    scan.push(bytes("x"));
    for (let i = 0; i < 50; i++) scan.push(piece);
    scan.push(bytes("\nx\n"));
    const [group] = scan.end().found.get(search)?.groups.values() ?? [];
    expect(group?.lines.map(({ number }) => number)).toEqual([1, 2]);
    expect(group?.lines[0]?.text).toHaveLength(500);
    expect(group?.lines[0]?.fields.get("line")).toHaveLength(200);
  });
});

describe("a bundle that is searched", () => {
  it("has texts that no decoder knows as such, and nothing else changes", async () => {
    expect(await find(sought("x"), "till.log", "a\nx\n")).toEqual([
      { path: "till.log", kind: "text", status: "read", lines: [2] },
    ]);
    expect(await find(sought("x"), "till.skip", "a\nx\n")).toMatchObject([
      { kind: "unknown", status: "unread" },
    ]);
    expect(await find(sought("x"), "till.bin", new Uint8Array([0, 1, 2, 0x78]))).toMatchObject([
      { kind: "unknown", lines: [] },
    ]);
    expect(
      await find(sought("tcp"), "sysctl.txt", "net.ipv4.ip_forward = 1\nnet.ipv4.tcp_sack = 1\n"),
    ).toEqual([{ path: "sysctl.txt", kind: "sysctl", status: "read", lines: [2] }]);
  });

  it("is searched in archives, and behind what a decoder reads", async () => {
    const body = bytes(`Linux node-a 5.10.0 #1 SMP\n${"filler\n".repeat(200_000)}the x\n`);
    const tar = await packTar([{ header: { name: "node-a/app.log", size: body.length }, body }]);
    expect(await find(sought("the x"), "b.tar.gz", gzipSync(tar))).toEqual([
      { path: "b.tar.gz/node-a/app.log", kind: "text", status: "read", lines: [200_002] },
    ]);
  });

  it("says of a text that was cut that it was not read to its end", async () => {
    const search = sought("x");
    const packed = gzipSync(bytes(Array.from({ length: 5000 }, (_, i) => `x ${i * 7919}\n`).join("")));
    const source = sourceOf(packed.subarray(0, packed.length - 2000));
    const { artifacts } = await openBundle([{ name: "app.log.gz", source }], { searches: [search] });
    expect(artifacts).toMatchObject([{ kind: "text", status: "partial", searched: { isWhole: false } }]);
  });

  it("takes the complaint of a command for no whole text", async () => {
    const search = sought("x");
    const source = sourceOf(bytes("bash: crictl: command not found\n"));
    const { artifacts } = await openBundle([{ name: "crictl.log", source }], { searches: [search] });
    expect(artifacts).toMatchObject([
      {
        kind: "text",
        status: "partial",
        reason: "it reads as the complaint of a command: bash: crictl: command not found",
        searched: { isWhole: false },
      },
    ]);
  });

  it("keeps the host of each artifact", async () => {
    const inputs = ["bundle/node-a-logs/sysctl.txt", "bundle/applogs/app.log"].map((name) => ({
      name,
      source: sourceOf(bytes(name.endsWith("txt") ? "net.ipv4.ip_forward = 1\n" : "x\n")),
    }));
    const hosts = async (searches: TextSearch[]) =>
      (await openBundle(inputs, { searches })).artifacts.map(({ path, host }) => [path, host]);
    expect(await hosts([sought("x")])).toEqual(await hosts([]));
  });

  it.each([
    "dns-upstream-dead",
    "tw-recycle-nat",
    "zap-frozen",
    "goroutine-leak",
    "abrupt-rollout",
    "heap-growth",
  ])("%s, is decoded as it is without a search", async (sample) => {
    const path = `samples/${sample}/bundle`;
    const everything: TextSearch = { wants: () => true, match: () => ({ group: "", fields: new Map() }) };
    const [plain, searched] = [await openBundle(path), await openBundle(path, { searches: [everything] })];
    const about = ({ artifacts }: typeof plain) =>
      artifacts
        .filter(({ kind }) => kind !== "text" && kind !== "unknown")
        .map(({ path, kind, host, status, reason }) => ({ path, kind, host, status, reason }));
    expect(about(searched)).toEqual(about(plain));
    expect(searched.artifacts.some((artifact) => artifact.searched?.isWhole === true)).toBe(
      searched.artifacts.some(({ path }) => !/\.(?:pcap|pb\.gz)$/.test(path)),
    );
  });
});
