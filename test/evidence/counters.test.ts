import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { HostEvidence } from "../../src/evidence/index.ts";
import { buildCase } from "../../src/evidence/index.ts";

type Files = Readonly<Record<string, string>>;

const open = (files: Files) =>
  openBundle(
    Object.entries(files).map(([name, text]) => ({ name, source: sourceOf(new TextEncoder().encode(text)) })),
  );

async function host(files: Files, baseline?: Files): Promise<HostEvidence> {
  const evidence = buildCase(await open(files), baseline && (await open(baseline)));
  const [only] = evidence.hosts;
  if (!only || evidence.hosts.length > 1) throw new Error("not one host");
  return only;
}

const conntrack = (failed: number, cpus = 2) =>
  Array.from(
    { length: cpus },
    (_, i) =>
      `cpu=${i}   \tfound=1 invalid=2 insert=0 insert_failed=${i === 0 ? failed : 0} drop=0 early_drop=0 error=0 search_restart=0 \n`,
  ).join("");
const netstat = (overflows: number, drops = overflows) =>
  `Ip:\n    5 total packets received\nTcpExt:\n${overflows > 0 ? `    ${overflows} times the listen queue of a socket overflowed\n` : ""}    ${drops} SYNs to LISTEN sockets dropped\nIpExt:\n    InOctets: 1\n`;

describe("counters", () => {
  it("of connection tracking are read with their line", async () => {
    const one = await host({ "b/node-a/conntrack-S.txt": conntrack(12) });
    expect(one.conntrack("insert_failed")).toEqual({
      known: true,
      value: 12,
      cite: {
        artifact: "b/node-a/conntrack-S.txt",
        text: "insert_failed=12 on 2 CPUs, 12 of them on cpu=0",
        where: { line: 1 },
      },
    });
    expect(one.conntrack("clash_resolve")).toEqual({ known: false, why: "absent" });
    expect(one.conntrackGrowth("insert_failed")).toEqual({ known: false, why: "absent" });
  });

  it("grow between two snapshots of a bundle, in whatever order they come", async () => {
    const files = {
      "b/node-a/conntrack-S.after.txt": conntrack(30),
      "b/node-a/conntrack-S.before.txt": conntrack(12),
    };
    for (const each of [files, Object.fromEntries(Object.entries(files).reverse())]) {
      const node = await host(each);
      expect(node.conntrack("insert_failed")).toMatchObject({ known: true, value: 30 });
      expect(node.conntrackGrowth("insert_failed")).toEqual({
        known: true,
        value: 18,
        cite: {
          artifact: "b/node-a/conntrack-S.after.txt",
          text: "insert_failed was 12 in b/node-a/conntrack-S.before.txt and is 30: insert_failed=30 on 2 CPUs, 30 of them on cpu=0",
          where: { line: 1 },
        },
      });
    }
  });

  it.each([
    ["folders", "b/node-a/before/netstat-s", "b/node-a/after/netstat-s"],
    ["times", "b/node-a/netstat-s-20240102-030405", "b/node-a/netstat-s-20240102-031405"],
    ["one word", "b/node-a/netstat-s.txt", "b/node-a/netstat-s-after.txt"],
  ])("tell two moments apart by %s", async (_, first, second) => {
    const node = await host({ [first]: netstat(0, 3), [second]: netstat(7, 10) });
    expect(node.counterGrowth("ListenOverflows")).toMatchObject({ known: true, value: 7 });
    expect(node.counterGrowth("ListenDrops")).toMatchObject({ known: true, value: 7 });
    expect(node.counter("ListenOverflows")).toMatchObject({ known: true, value: 7 });
    expect(node.counterGrowth("PAWSPassive")).toMatchObject({ known: true, value: 0 });
  });

  it("of what may be two things don't tell growth, nor a value that they give two of", async () => {
    const two = await host({ "b/node-a/netstat-s.txt": netstat(0, 3), "b/node-a/pod-7.txt": netstat(7, 10) });
    expect(two.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "unreadable" });
    expect(two.counter("ListenOverflows")).toEqual({ known: false, why: "unreadable" });
    // One counter grew and another went back: not one boot of one machine.
    const crossed = await host({
      "b/node-a/netstat-s.before": netstat(0, 30),
      "b/node-a/netstat-s.after": netstat(7, 10),
    });
    expect(crossed.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "unreadable" });
    const cpus = await host({
      "b/node-a/conntrack-S.before.txt": conntrack(1, 1),
      "b/node-a/conntrack-S.after.txt": conntrack(9, 2),
    });
    expect(cpus.conntrackGrowth("insert_failed")).toEqual({ known: false, why: "unreadable" });
  });

  it("grow since the host's own baseline, not since a peer's", async () => {
    const own = await host(
      { "b/node-a/conntrack-S": conntrack(12) },
      { "h/node-a/conntrack-S": conntrack(2) },
    );
    expect(own.conntrackGrowth("insert_failed")).toMatchObject({ known: true, value: 10 });
    const peer = await host(
      { "b/node-a/conntrack-S": conntrack(12) },
      { "h/node-b/conntrack-S": conntrack(2) },
    );
    expect(peer.conntrackGrowth("insert_failed")).toEqual({ known: false, why: "absent" });
    const nameless = await host({ "conntrack-S": conntrack(12) }, { "conntrack-S": conntrack(2) });
    expect(nameless.conntrackGrowth("insert_failed")).toEqual({ known: false, why: "absent" });
    const rebooted = await host(
      { "b/node-a/conntrack-S": conntrack(2) },
      { "h/node-a/conntrack-S": conntrack(12) },
    );
    expect(rebooted.conntrackGrowth("insert_failed")).toEqual({ known: false, why: "unreadable" });
  });

  it("that no phrase of net-tools is known for are no zero", async () => {
    const node = await host({ "b/node-a/netstat-s": netstat(0) });
    expect(node.counter("ListenOverflows")).toMatchObject({ known: true, value: 0 });
    expect(node.counter("TCPBacklogDrop")).toEqual({ known: false, why: "absent" });
  });
});
