import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { HostEvidence } from "../../src/evidence/index.ts";
import { buildCase, inTime, secondsBetween, takesOf } from "../../src/evidence/index.ts";

type Files = Readonly<Record<string, string>>;

async function host(files: Files): Promise<HostEvidence> {
  const inputs = Object.entries(files).map(([name, text]) => ({
    name,
    source: sourceOf(new TextEncoder().encode(text)),
  }));
  const [only, another] = buildCase(await openBundle(inputs)).hosts;
  if (!only || another) throw new Error("not one host");
  return only;
}

const netstat = (overflows: number, rest = overflows * 10 + 500) =>
  `Ip:\n    ${rest} total packets received\nTcp:\n    41 active connection openings\n    33 passive connection openings\n    27 failed connection attempts\nTcpExt:\n    ${overflows} times the listen queue of a socket overflowed\n    ${overflows} SYNs to LISTEN sockets dropped\nIpExt:\n    InOctets: ${rest}\n`;
const take = (bundle: string, date: string, overflows: number, more: Files = {}): Files => ({
  [`${bundle}/hostname`]: "node-a\n",
  [`${bundle}/date`]: `${date}\n`,
  [`${bundle}/net/netstat-s.txt`]: netstat(overflows),
  ...Object.fromEntries(Object.entries(more).map(([path, text]) => [`${bundle}/${path}`, text])),
});
const [ONE, TWO, THREE] = ["2026-11-22T10:00:00Z", "2026-11-22T10:01:40Z", "2026-11-22T10:05:00Z"];

describe("takes", () => {
  it("of one host in several bundles are a series, in whatever order they are given, with rates", async () => {
    const all = [take("x.tar.gz", THREE, 90), take("y.tar.gz", ONE, 10), take("z.tar.gz", TWO, 30)];
    for (const [a, b, c] of [all, all.toReversed()]) {
      const node = await host({ ...a, ...b, ...c });
      expect(node.counterGrowth("ListenOverflows")).toMatchObject({ known: true, value: 80, seconds: 300 });
      expect(node.counterGrowth("ListenOverflows")).toMatchObject({
        cite: {
          artifact: "x.tar.gz/net/netstat-s.txt",
          text: "ListenOverflows was 10 in y.tar.gz/net/netstat-s.txt and is 90 in the last of 3 looks, 0.27 a second over 300 s: 90 times the listen queue of a socket overflowed",
        },
      });
      expect(node.counter("ListenOverflows")).toMatchObject({ known: true, value: 90 });
    }
  });

  it("in which a counter does not grow say so, where they are apart in time", async () => {
    const node = await host({ ...take("a", ONE, 7), ...take("b", TWO, 7) });
    expect(node.counterGrowth("ListenOverflows")).toMatchObject({ known: true, value: 0, seconds: 100 });
  });

  it("that are one bundle given twice tell no growth, nor that there is none", async () => {
    const node = await host({ ...take("a", ONE, 7), ...take("copy-of-a", ONE, 7) });
    expect(node.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "absent" });
    expect(node.counter("ListenOverflows")).toMatchObject({ known: true, value: 7 });
    const undated = await host({
      "t1/hostname": "node-a\n",
      "t1/netstat-s.txt": netstat(7),
      "t2/hostname": "node-a\n",
      "t2/netstat-s.txt": netstat(7),
    });
    expect(undated.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "absent" });
  });

  it("before a restart of the machine are another life: nothing falls, and the rest is counted", async () => {
    const [old, young] = ["259619c0-ca40-4dc4-8542-339acd90c420\n", "359619c0-ca40-4dc4-8542-339acd90c420\n"];
    const before = take("a", ONE, 500, { boot_id: old });
    const after = take("b", TWO, 3, { boot_id: young });
    const later = take("c", THREE, 9, { boot_id: young });
    const two = await host({ ...before, ...after });
    expect(two.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "uncovered" });
    expect(two.counter("ListenOverflows")).toMatchObject({ value: 3 });
    const three = await host({ ...later, ...before, ...after });
    expect(three.counterGrowth("ListenOverflows")).toMatchObject({ known: true, value: 6, seconds: 200 });
    // More than before is no growth either where it is another life's.
    const more = await host({
      ...take("a", ONE, 5, { boot_id: old }),
      ...take("b", TWO, 50, { boot_id: young }),
    });
    expect(more.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "uncovered" });
    // The machine runs for less than lies between the two.
    const uptime = (seconds: number): Files => ({ uptime: `${seconds}.00 1.00\n` });
    const told = await host({ ...take("a", ONE, 5, uptime(9000)), ...take("b", THREE, 50, uptime(60)) });
    expect(told.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "uncovered" });
  });

  it("whose counters fall without a restart may be of two things", async () => {
    const node = await host({ ...take("a", ONE, 500), ...take("b", TWO, 3) });
    expect(node.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "unreadable" });
  });

  it("in files that are numbered are a series where what they hold shows that they are of one thing", async () => {
    const nstat = (overflows: number, others = [41, 33, 27]): string =>
      `#kernel\nTcpActiveOpens ${others[0]} 0.0\nTcpPassiveOpens ${others[1]} 0.0\nTcpAttemptFails ${others[2]} 0.0\nTcpExtListenOverflows ${overflows} 0.0\nTcpExtListenDrops 0 0.0\n`;
    const named = await host({ "b/node-a/nstat-1.txt": nstat(5), "b/node-a/nstat-2.txt": nstat(9) });
    expect(named.counterGrowth("ListenOverflows")).toMatchObject({ known: true, value: 4 });
    expect(named.counterGrowth("ListenOverflows")).not.toHaveProperty("seconds");
    // Those of a busier pod: all is more, and nothing is the same.
    const pods = await host({
      "b/node-a/nstat-1.txt": nstat(5),
      "b/node-a/nstat-2.txt": nstat(9, [77, 88, 99]),
    });
    expect(pods.counterGrowth("ListenOverflows")).toEqual({ known: false, why: "unreadable" });
  });

  it("are told by the dates in the names of bundles and folders", async () => {
    const node = await host({
      "b/node-a/20261122-100000/netstat": netstat(5),
      "b/node-a/20261122-100140/netstat": netstat(9),
    });
    expect(node.counterGrowth("ListenOverflows")).toMatchObject({ value: 4, seconds: 100 });
    const takes = node.artifacts.flatMap((artifact) => takesOf(node).get(artifact) ?? []);
    const [first, last] = takes.map(({ take: each }) => each);
    expect(first && last && secondsBetween(first, last)).toBe(100);
    expect(inTime(takes.toReversed(), (each) => each.take)).toEqual(takes);
  });

  it("tell the latest of what the kernel counts, and nothing of a parameter that was set anew", async () => {
    const sysctl = (count: number, backlog: number): Files => ({
      "sysctl.txt": `net.core.somaxconn = ${backlog}\nnet.netfilter.nf_conntrack_count = ${count}\nnet.netfilter.nf_conntrack_max = 500\n`,
    });
    const node = await host({
      ...take("b", TWO, 1, sysctl(30, 128)),
      ...take("a", ONE, 1, sysctl(10, 4096)),
    });
    expect(node.sysctl("net.netfilter.nf_conntrack_count")).toMatchObject({ known: true, value: "30" });
    expect(node.sysctl("net.netfilter.nf_conntrack_max")).toMatchObject({ known: true, value: "500" });
    expect(node.sysctl("net.core.somaxconn")).toEqual({ known: false, why: "unreadable" });
  });

  it("of two cases are of two machines, though these have one name", async () => {
    const unlike = (overflows: number): string =>
      netstat(overflows).replace(
        /(\d+)( active| passive| failed)/g,
        (_, n, what) => `${Number(n) + overflows}${what}`,
      );
    const of = (bundle: string, date: string, overflows: number, more: Files = {}): Files => ({
      ...take(bundle, date, overflows, more),
      [`${bundle}/net/netstat-s.txt`]: unlike(overflows),
    });
    const growth = async (one: Files, other: Files) =>
      (await host({ ...one, ...other })).counterGrowth("ListenOverflows");
    const unknown = { known: false, why: "unreadable" };
    expect(await growth(of("monday", ONE, 5), of("tuesday", TWO, 900))).toMatchObject({ value: 895 });
    expect(await growth(of("case-4711", ONE, 5), of("case-4712", TWO, 900))).toEqual(unknown);
    // The same boot is the same machine, however the bundles are called.
    const boot = { boot_id: "259619c0-ca40-4dc4-8542-339acd90c420\n" };
    expect(await growth(of("case-4711", ONE, 5, boot), of("case-4712", TWO, 900, boot))).toMatchObject({
      value: 895,
    });
    // One that has run for longer than the time that has passed allows is another one.
    const up = (days: number): Files => ({
      uptime: ` 10:00:00 up ${days} days,  1:00,  1 user,  load average: 0.00, 0.00, 0.00\n`,
    });
    expect(await growth(of("a", ONE, 5, up(10)), of("b", TWO, 900, up(10)))).toMatchObject({ value: 895 });
    expect(await growth(of("a", ONE, 5, up(10)), of("b", TWO, 900, up(400)))).toEqual({
      known: false,
      why: "uncovered",
    });
    const unnamed = (bundle: string, overflows: number): Files => ({
      [`${bundle}/netstat-s.txt`]: unlike(overflows),
    });
    expect(await growth(unnamed("case-1", 5), unnamed("case-2", 900))).toEqual(unknown);
    expect(await growth(unnamed("before", 5), unnamed("after", 900))).toMatchObject({ value: 895 });
  });
});
