// What summary, tcp and dns count, against tshark's line for each frame.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { InquestError } from "../../../src/bytes/index.ts";
import {
  connectionsView,
  dnsView,
  readCapture,
  renderConnections,
  renderDns,
  renderSummary,
  renderTcp,
  summaryView,
  tcpView,
} from "../../../src/pcap/index.ts";
import { captureOf, fixture, fixturePath } from "../fixtures.ts";
import { golden, type Row } from "../tshark.ts";
import { withCopies, withStatistics } from "./tshark.ts";

/** Captures of one interface with a golden of each frame. */
const plain = withStatistics.filter(
  (name) =>
    !withCopies.has(name) && existsSync(fixturePath(`${name}.tsv`)) && name !== "link_snaplen_42.pcap",
);
const rowsOf = (name: string): Row[] => golden(fixturePath(`${name}.tsv`));
const withTally = async (name: string) => readCapture(fixture(name), { tally: true });

/** The protocol behind IP, an ICMP error's own and not that of the packet which it quotes. */
function protocolOf({ "frame.protocols": text = "" }: Row): string {
  const layers = text.split(":");
  const ip = layers.findIndex((layer) => layer === "ip" || layer === "ipv6");
  if (ip === -1) return "not IP";
  const behind = layers.slice(ip + 1).find((layer) => !layer.startsWith("ipv6."));
  const names: Record<string, string> = {
    tcp: "TCP",
    udp: "UDP",
    icmp: "ICMP",
    icmpv6: "ICMPv6",
    igmp: "IGMP",
  };
  return names[behind ?? ""] ?? behind ?? "";
}

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe("a summary", () => {
  // Of a fragment tshark names no protocol but data.
  it.each(plain.filter((name) => !/frag|ipv6_tcp/.test(name)))(
    "of %s counts tshark's protocols",
    async (name) => {
      const view = summaryView(await withTally(name));
      const ours = Object.fromEntries(view.protocols.map(({ name: protocol, count }) => [protocol, count]));
      expect(ours).toEqual(tally(rowsOf(name).map(protocolOf)));
      expect(view.frames).toBe(rowsOf(name).length);
      for (const { name: protocol, firstFrame } of view.protocols)
        expect(firstFrame).toBe(rowsOf(name).findIndex((row) => protocolOf(row) === protocol) + 1);
    },
  );

  it("tells what a file is", async () => {
    expect(summaryView(await withTally("variant.pcapng"))).toMatchObject({
      format: "pcapng",
      linkTypes: [{ number: 1, name: "ETHERNET" }],
      cut: false,
    });
    const ns = summaryView(await withTally("variant.nsec.pcap"));
    expect(ns).toMatchObject({ format: "pcap with nanoseconds", frames: 57, fragments: 2 });
    const modified = summaryView(await withTally("variant.mod.pcap"));
    expect(modified.format).toBe("pcap, Kuznetzov's variant");
    const cut = await readCapture(fixture("variant.nsec.pcap").subarray(0, 715));
    const text = [...renderSummary(summaryView(cut))].join("\n");
    expect(text).toContain("the file ends inside a record");
    expect(text).toMatch(/Noticed\n {2}the capture ends/);
  });

  it("does without a tally", async () => {
    const view = summaryView(await captureOf("dns_baseline.pod"));
    expect(view).toMatchObject({ bytes: undefined, protocols: [], dnsRetries: 0 });
    expect(view.dns).toEqual([{ name: "NOERROR", count: 8, firstFrame: 1 }]);
  });
});

describe("connection attempts", () => {
  it.each(plain)("of %s have as many SYNs as tshark shows", async (name) => {
    const { list } = tcpView(await captureOf(name.replace(/\.pcap$/, "")), { attempts: true });
    const syns = rowsOf(name).filter(
      (row) => protocolOf(row) === "TCP" && (Number(row["tcp.flags"]) & 0x17) === 0x02,
    );
    const counted = list.reduce((sum, { synCount }) => sum + synCount, 0);
    expect(counted).toBe(syns.length);
    const frames = new Set(syns.map((row) => Number(row["frame.number"])));
    for (const { tries } of list) for (const { frame } of tries) expect(frames.has(frame)).toBe(true);
  });

  it("are filtered by their ends, their port and their outcome", async () => {
    const capture = await captureOf("tcp_refused_mix.pod");
    const count = (options: object) => tcpView(capture, options).attempts;
    expect(count({})).toBe(11);
    expect(count({ server: "192.168.50.20" })).toBe(8);
    expect(count({ server: "192.168.50.20:9000" })).toBe(2);
    expect(count({ server: "[FD00:10:244:1:0::1]:80" })).toBe(1);
    expect(count({ client: "10.244.1.11" })).toBe(10);
    expect(count({ port: 80 })).toBe(3);
    expect(count({ outcome: ["icmp"] })).toBe(6);
    expect(count({ outcome: ["failed"] })).toBe(11);
    expect(count({ outcome: ["answered", "answered-late"] })).toBe(0);
    expect(() => count({ outcome: ["lost"] })).toThrow(InquestError);
    expect(() => count({ server: "10.0.0.1:x" })).toThrow(InquestError);
  });

  it("say so where no answer was captured", async () => {
    const said = "No answer is in the capture: nobody answered, or it holds queries alone";
    const sample = await readFile("samples/dns-top-talker/bundle/node-m/dns.pcap");
    const capture = await readCapture(sample, { tally: true });
    expect([...renderDns(dnsView(capture))][1]).toBe(said);
    expect([...renderSummary(summaryView(capture))]).toContain(said);
    const stray = await readFile("test/fixtures/dns/answer-from-elsewhere.pcap");
    const elsewhere = [...renderDns(dnsView(await readCapture(stray)))];
    expect(elsewhere[0]).toBe(
      "8 DNS queries: 6 unanswered, 2 undecided; 8 answered from elsewhere, 4 retries",
    );
    expect(elsewhere).not.toContain(said);
    expect([...renderSummary(summaryView(await readCapture(stray)))]).not.toContain(said);
    const answered = await withTally("dns_5s_aaaa_reply_dropped.pod.pcap");
    expect([...renderDns(dnsView(answered, { unanswered: true }))]).not.toContain(said);
    expect([...renderSummary(summaryView(answered))]).not.toContain(said);
  });

  it("say among how many a filter chose", async () => {
    const capture = await captureOf("tcp_refused_mix.pod");
    const attempts = (options: object) => [...renderTcp(tcpView(capture, options))][0];
    expect(attempts({})).toBe("11 connection attempts: 5 refused, 6 icmp");
    expect(attempts({ port: 80 })).toBe("3 of 11 connection attempts: 1 refused, 2 icmp");
    expect(attempts({ server: "10.9.9.9" })).toBe("0 of 11 connection attempts");
    const dns = await captureOf("dns_5s_aaaa_reply_dropped.pod");
    expect([...renderDns(dnsView(dns, { name: "elsewhere" }))]).toEqual(["0 of 12 DNS queries"]);
    expect([...renderConnections(connectionsView(dns, { port: 80 }))]).toEqual(["0 connections"]);
    const lossy = await captureOf("tcp_lossy_transfer.client");
    expect([...renderConnections(connectionsView(lossy, { port: 80 }))]).toEqual(["0 of 1 connection"]);
  });

  it("tell the gaps before their retries", async () => {
    const capture = await captureOf("tcp_syn_backoff_classic.pod");
    const { listeners } = tcpView(capture, { sort: "failed" });
    expect(listeners[0]).toMatchObject({ listener: "192.168.50.20:8081", failed: 2, firstFailed: 21 });
    expect(listeners[0]?.retryGaps.map(Math.round)).toEqual([1, 2, 4, 8, 16]);
    const newer = tcpView(await captureOf("tcp_backlog_accept_queue.server"));
    expect(newer.listeners[0]?.retryGaps.map(Math.round)).toEqual([1, 1, 1, 1, 1, 2]);
  });

  it("say how many a limit leaves out", async () => {
    const capture = await captureOf("tcp_refused_mix.pod");
    const view = tcpView(capture, { limit: 3 });
    expect(view.listeners).toHaveLength(3);
    expect([...renderTcp(view)].join("\n")).toContain("Showing 3 of 7 listeners");
    expect([...renderTcp(tcpView(capture, { limit: 2, attempts: true }))].join("\n")).toContain(
      "Showing 2 of 11 attempts",
    );
  });
});

describe("DNS queries", () => {
  // Answers in fragments and over TCP are for others to test.
  it.each(plain.filter((name) => !/frag|ipv6_tcp/.test(name)))(
    "of %s are tshark's, with their answers",
    async (name) => {
      const { list, queries, rcodes } = dnsView(await captureOf(name.replace(/\.pcap$/, "")), {
        queries: true,
      });
      const udp = rowsOf(name).filter(
        ({ "frame.protocols": text = "" }) => text.endsWith("udp:dns") && !text.includes("icmp"),
      );
      const asked = udp.filter((row) => row["dns.flags.response"] === "0");
      expect(queries).toBe(asked.length);
      expect(list.map(({ frame }) => frame)).toEqual(asked.map((row) => Number(row["frame.number"])));
      const answers = udp.filter((row) => row["dns.flags.response"] === "1");
      const codes = tally(answers.map((row) => (row["dns.flags.rcode"] === "0" ? "NOERROR" : "NXDOMAIN")));
      expect(rcodes).toEqual(codes);
    },
  );

  it("are filtered and grouped", async () => {
    const capture = await captureOf("dns_5s_aaaa_reply_dropped.pod");
    const count = (options: object) => dnsView(capture, options).queries;
    expect(count({})).toBe(12);
    expect(count({ name: "APP." })).toBe(4);
    expect(count({ name: "nothing" })).toBe(0);
    expect(count({ unanswered: true })).toBe(3);
    expect(count({ rcode: ["noerror"] })).toBe(9);
    expect(count({ rcode: ["NXDOMAIN"] })).toBe(0);
    expect(count({ slow: 4 })).toBe(9);
    expect(count({ server: "192.168.50.53:53", client: "10.244.1.11" })).toBe(12);
    expect(count({ server: "192.168.50.54" })).toBe(0);
    const rows = dnsView(capture, { by: "name" }).rows.map(({ key, queries }) => [key, queries]);
    expect(rows).toEqual([
      ["app.example.com", 4],
      ["db.example.com", 4],
      ["www.example.com", 4],
    ]);
  });

  it("tell what a lookup took from its first try on", async () => {
    const { list } = dnsView(await captureOf("dns_5s_aaaa_reply_dropped.pod"), {
      queries: true,
      sort: "took",
    });
    expect(list[0]?.lookupTook).toBeCloseTo(5.005, 2);
    expect(list[0]?.triesBefore).toHaveLength(1);
    const text = [
      ...renderDns(dnsView(await captureOf("dns_5s_aaaa_reply_dropped.pod"), { limit: 1, queries: true })),
    ];
    expect(text).toContain("Showing 1 of 12 queries");
  });
});
