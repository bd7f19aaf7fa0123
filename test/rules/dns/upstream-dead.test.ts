import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { capture, tcp } from "../packets.ts";
import { captureOf, healthy, lookup, POD } from "./lookups.ts";

const RULE = "dns/upstream-dead";
const DEAD = "10.225.30.181";
const ALIVE = "192.168.50.53:53";
type Files = Record<string, string | Uint8Array>;
const verdicts = async (files: Files, rule = RULE) => verdictsOf(await analyzeFiles(files), rule);

/** A client with two servers, of which the first never answers: each lookup goes to the second after five seconds. */
const twoServers = (lookups: number): Timed[] =>
  Array.from({ length: lookups }, (_, i) => {
    const each = { name: `svc${i}.example`, port: 45000 + i, ids: [2 * i, 2 * i + 1] as const };
    return [
      ...lookup({ ...each, time: i * 8, server: `${DEAD}:53` }),
      ...lookup({ ...each, time: i * 8 + 5, server: ALIVE, a: 1, aaaa: 1 }),
    ];
  }).flat();

const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/pcap/${name}.pcap`));
const log = (times: number) =>
  `[ERROR] plugin/errors: 2 app.example.com. A: read udp 192.168.50.10:4001->${DEAD}:53: i/o timeout\n`.repeat(
    times,
  );
const files = {
  "node/pod.pcap": captureOf(twoServers(4), healthy(3)),
  "node/coredns.log": log(20),
  "node/etc/resolv.conf": `nameserver ${DEAD}\nnameserver 192.168.50.53\n`,
  "node/etc/resolvconf/resolv.conf.d/base": `nameserver ${DEAD}\n`,
};

describe(RULE, () => {
  it("is confirmed by a capture and a log, and says where the address is configured", async () => {
    const report = await analyzeFiles(files);
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    const { summary, evidence, subject, explains } = findingOf(report, RULE);
    expect(subject).toEqual({ kind: "dns-server", name: DEAD });
    expect(explains).toEqual(["dns/silent-server", "dns/upstream-errors"]);
    expect(summary).toContain(`${DEAD} does not answer. None of 8 queries to it was answered, which are 33%`);
    expect(summary).toContain("node/etc/resolv.conf, node/etc/resolvconf/resolv.conf.d/base");
    expect(evidence.map(({ artifact }) => artifact)).toContain("node/etc/resolvconf/resolv.conf.d/base");
  });

  it("is confirmed by one line of a log, where a capture shows the same", async () => {
    expect((await verdicts({ "pod.pcap": files["node/pod.pcap"], "coredns.log": log(1) }))[0]).toBe(
      "confirmed",
    );
  });

  it("is no more than possible where all that is logged are questions that servers may pass over", async () => {
    const failing = (question: string) =>
      `[ERROR] plugin/errors: 2 ${question}: read udp 192.168.50.10:4001->${DEAD}:53: i/o timeout\n`.repeat(
        20,
      );
    for (const question of ["3797952284163317497.7063757873447144811. HINFO", "orders-7c9d6b5f4-x2x7v. A"])
      expect(await verdicts({ "node/coredns.log": failing(question) })).toEqual(["possible"]);
    expect(await verdicts({ "node/coredns.log": failing("orders.example. A") })).toEqual(["likely"]);
  });

  it("is likely with either alone, whatever is configured", async () => {
    const { "node/coredns.log": _, ...captured } = files;
    expect(await verdicts(captured)).toContain("likely");
    const { "node/pod.pcap": _p, ...logged } = files;
    expect(await verdicts(logged)).toEqual(["likely"]);
    expect(await verdicts({ "node/coredns.log": log(3) })).toEqual(["possible"]);
  });

  it("is no finding from configuration, or from a log without failures", async () => {
    const { "node/pod.pcap": _, "node/coredns.log": _l, ...configured } = files;
    expect((await analyzeFiles(configured)).findings).toEqual([]);
    expect(await verdicts({ "node/coredns.log": ".:53\nCoreDNS-1.8.6\n" })).toEqual([]);
  });

  it("is only possible where the capture ends too soon, and confirmed where the log says the same", async () => {
    const capture = fixture("dns_forwarder_upstream_dead.node-any");
    expect(await verdicts({ "node.pcap": capture })).toEqual(["possible"]);
    const named = log(9).replaceAll(DEAD, "192.168.50.54");
    expect(await verdicts({ "node.pcap": capture, "coredns.log": named })).toEqual(["confirmed"]);
    const other = log(9).replaceAll(DEAD, "192.168.50.99");
    expect(await verdicts({ "node.pcap": capture, "coredns.log": other })).toEqual(["likely", "possible"]);
  });

  it("is ruled out for a server that answers, late in no case, and loses some", async () => {
    expect(await verdicts({ "pod.pcap": fixture("dns_5s_aaaa_reply_dropped.pod") })).toEqual(["ruled-out"]);
    const lost = lookup({ time: 10, ids: [700, 701], a: 1, retry: 5 });
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), lost) })).toEqual(["ruled-out"]);
  });

  it("can't tell where what stands behind the server was not captured", async () => {
    const late = lookup({ time: 20, ids: [7, 8], a: 3000, aaaa: 1 });
    const lost = lookup({ time: 10, ids: [700, 701], a: 1, retry: 5 });
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), lost, late) })).toEqual(["possible"]);
    const failed = lookup({ time: 20, ids: [7, 8], a: 1, aaaa: 1, rcode: 2 });
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), failed) })).toEqual(["possible"]);
  });

  it("can't tell where no other server is seen to answer, or the server died on the way", async () => {
    const alone = [0, 5, 10, 15].map((time) =>
      lookup({ time, port: 46000, ids: [1, 2], server: `${DEAD}:53` }),
    );
    const silence: Timed = [40, tcp({ from: "10.0.0.1:1", to: "10.0.0.2:2" }, "ack")];
    expect(await verdicts({ "pod.pcap": capture([...alone.flat(), silence]) })).toEqual(["possible"]);
    const died = Array.from({ length: 5 }, (_, i) =>
      lookup({ time: 60 + i, port: 47000 + i, ids: [i, i + 50] }),
    );
    const alive = lookup({ time: 90, ids: [900, 901], a: 1, aaaa: 1, server: ALIVE });
    const captured = capture([...healthy(5), ...died.flat(), ...alive]);
    expect(await verdicts({ "pod.pcap": captured })).toEqual(["possible"]);
  });

  it("on another host says nothing", async () => {
    const report = await analyzeFiles({
      "case/node-a/pod.pcap": captureOf(healthy(4), lookup({ time: 10, ids: [700, 701], a: 1, retry: 5 })),
      "case/node-b/coredns.log": log(9),
    });
    const own = report.findings.filter(({ rule, host }) => rule === RULE && host === "node-a");
    expect(own.map(({ verdict }) => verdict)).toEqual(["ruled-out"]);
  });

  it("takes a service's address, whose answers come from its backends, for no dead server", async () => {
    expect(POD).toBe("10.244.1.5");
    expect(await verdicts({ "pod.pcap": fixture("dns_conntrack_race_dnat.pod") })).toEqual([]);
  });
});
