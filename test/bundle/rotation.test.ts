import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analyze } from "../../src/analyze.ts";
import { openBundle } from "../../src/bundle/index.ts";
import { packets } from "../../src/pcap/index.ts";
import { pcap, pcapng, type Timed } from "../pcap/files.ts";

const file = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/pcap/${name}`, import.meta.url))));
const WHOLE = file("tcp_tw_recycle_uptime.node-any.pcap");
const frames = Array.from(packets(WHOLE), (packet): Timed => ({
  time: BigInt(packet.seconds) * 1_000_000_000n + BigInt(packet.nanoseconds),
  frame: packet.bytes.slice(packet.start, packet.end),
  length: packet.length,
}));
const linkType = 276;
const CUTS = [0, 50, 51, 170, frames.length];
const parts = CUTS.slice(1).map((to, i) => frames.slice(CUTS[i], to));
const files = parts.map((part) => pcap(part, { linkType }));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inquest-rotation-"));
  mkdirSync(join(folder, "bundle"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bundle = () => join(folder, "bundle");
const put = (name: string, bytes: Uint8Array) => writeFileSync(join(bundle(), name), bytes);
const artifacts = async (paths: string | string[] = bundle()) =>
  (await openBundle(paths)).artifacts.map(({ path, kind, status, partOf, files: of, content }) => ({
    path,
    kind,
    status,
    partOf,
    files: of,
    packets: content?.kind === "pcap" ? content.model.packets : undefined,
  }));

const NAMES = {
  "tcpdump -C": ["a.pcap", "a.pcap1", "a.pcap2", "a.pcap3"],
  // The ring has come round.
  "tcpdump -C -W": ["a.pcap2", "a.pcap3", "a.pcap0", "a.pcap1"],
  "dumpcap -b": [
    "a_00001_20240101120000.pcap",
    "a_00002_20240101120010.pcap",
    "a_00003_20240101120020.pcap",
    "a_00004_20240101120030.pcap",
  ],
};

describe("files of a rotation", () => {
  it.each(Object.entries(NAMES))("of %s are one capture, each an artifact", async (_, names) => {
    files.forEach((bytes, i) => put(names[i] ?? "", bytes));
    const found = await artifacts();
    const first = `bundle/${names[0]}`;
    expect(found.map(({ path }) => path)).toEqual(names.map((name) => `bundle/${name}`).toSorted());
    expect(found.every(({ kind, status }) => kind === "pcap" && status === "read")).toBe(true);
    const holder = found.find(({ path }) => path === first);
    expect(holder?.packets).toBe(frames.length);
    expect(holder?.files?.toSorted()).toEqual(found.map(({ path }) => path));
    expect(found.filter(({ partOf }) => partOf === first).length).toBe(3);
  });

  it("give the findings of the whole, which name each file and its own frames", async () => {
    put("a.pcap", WHOLE);
    const whole = await analyze(bundle());
    files.forEach((bytes, i) => put(i === 0 ? "a.pcap" : `a.pcap${i}`, bytes));
    const rotated = await analyze(bundle());
    const told = (report: typeof whole) =>
      report.findings.map(({ rule, verdict, summary, subject }) => ({ rule, verdict, summary, subject }));
    expect(told(rotated)).toEqual(told(whole));
    /** Frames of the whole file that evidence names. */
    const cited = (report: typeof whole) =>
      report.findings.map(({ evidence }) =>
        evidence.flatMap(({ artifact, where }) => {
          const number = artifact === "bundle/a.pcap" ? 0 : Number(artifact.slice("bundle/a.pcap".length));
          const base = report === whole ? 0 : (CUTS[number] ?? 0);
          return ((where?.["frames"] ?? []) as number[]).map((frame) => frame + base);
        }),
      );
    expect(cited(rotated)).toEqual(cited(whole));
    expect(new Set(rotated.findings.flatMap((f) => f.evidence.map((e) => e.artifact))).size).toBeGreaterThan(
      1,
    );
    expect(rotated.artifacts.map(({ partOf }) => partOf)).toEqual([
      undefined,
      "bundle/a.pcap",
      "bundle/a.pcap",
      "bundle/a.pcap",
    ]);
  });

  it("may be compressed, given one by one, and cut at the end", async () => {
    files.forEach((bytes, i) => {
      const isLast = i === files.length - 1;
      put(`a.pcap${i}.gz`, gzipSync(isLast ? bytes.subarray(0, bytes.length - 10) : bytes));
    });
    const paths = files.map((_, i) => join(bundle(), `a.pcap${i}.gz`));
    for (const found of [await artifacts(paths), await artifacts()]) {
      expect(found.map(({ status }) => status)).toEqual(["read", "read", "read", "partial"]);
      expect(found[0]?.packets).toBe(frames.length - 1);
    }
    const [, , , last] = (await openBundle(bundle())).artifacts;
    expect(last?.reason).toMatch(/^the capture ends \d+ bytes into record/);
  });

  it("of pcapng are one too, and an empty one fits anywhere", async () => {
    parts.forEach((part, i) => put(`a_0000${i}_20240101120000.pcapng`, pcapng(part, { linkType })));
    put("a_00009_20240101130000.pcapng", pcapng([], { linkType }));
    const found = await artifacts();
    expect(found[0]?.packets).toBe(frames.length);
    expect(found.filter(({ partOf }) => partOf !== undefined).length).toBe(4);
  });
});

describe("files that are only called so", () => {
  const apart = async () => {
    const found = await artifacts();
    expect(found.every(({ partOf, files: of }) => partOf === undefined && of === undefined)).toBe(true);
    return found.map((artifact) => artifact.packets);
  };
  const later = (by: bigint, part: readonly Timed[] = parts[3] ?? []) =>
    part.map((each) => ({ ...each, time: each.time + by * 1_000_000_000n }));

  it("of the same time stay apart", async () => {
    put("a.pcap", WHOLE);
    put("a.pcap1", pcap(later(1n, frames), { linkType }));
    expect(await apart()).toEqual([frames.length, frames.length]);
  });

  it("of another day stay apart, those before and behind it not", async () => {
    put("a.pcap", files[0] ?? WHOLE);
    put("a.pcap1", pcap(later(86_400n), { linkType }));
    expect((await apart()).length).toBe(2);
    put("a.pcap2", files[1] ?? WHOLE);
    const found = await artifacts();
    expect(found.map(({ partOf }) => partOf)).toEqual([undefined, undefined, "bundle/a.pcap"]);
  });

  it("of another link or snap length stay apart", async () => {
    put("a.pcap", files[0] ?? WHOLE);
    put("a.pcap1", pcap(parts[1] ?? [], { linkType: 113 }));
    put("a.pcap2", pcap(parts[2] ?? [], { linkType, snaplen: 96 }));
    expect((await apart()).length).toBe(3);
  });

  it("which are no captures are told as what they are", async () => {
    put("a.pcap", files[0] ?? WHOLE);
    put("a.pcap1", new TextEncoder().encode("net.ipv4.tcp_tw_recycle = 1\n"));
    put("a.pcap2", new Uint8Array(0));
    const found = await artifacts();
    expect(found.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      "pcap read",
      "sysctl read",
      "unknown unread",
    ]);
  });

  it("in two folders stay apart", async () => {
    for (const name of ["n1", "n2"]) mkdirSync(join(bundle(), name));
    put("n1/a.pcap", files[0] ?? WHOLE);
    put("n2/a.pcap1", files[1] ?? WHOLE);
    expect((await apart()).length).toBe(2);
  });
});
