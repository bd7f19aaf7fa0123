import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "./lookups.ts";

const RULE = "dns/duplicate-id";
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);
const crossed = (i: number) =>
  lookup({ time: 10 + i * 8, port: 42000 + i, ids: [600 + i, 600 + i], aaaa: 1, a: 3 });

describe(RULE, () => {
  it("is confirmed where AAAA is answered first under A's id, and says what the client believes", async () => {
    const finding = findingOf(
      await analyzeFiles({ "pod.pcap": captureOf(healthy(4), crossed(0), crossed(1)) }),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.explains).toEqual(["dns/ambiguous-answer", "dns/failed-lookup"]);
    expect(finding.evidence[0]?.text).toBe(
      "A and AAAA of billing.example share id 0x0258; AAAA was answered first, without a record: the client believes that there is no A",
    );
    expect(finding.evidence[0]?.where?.["frames"]).toHaveLength(4);
  });

  it("is confirmed where an answer of such a lookup was lost", async () => {
    const lost = new Uint8Array(readFileSync("test/fixtures/pcap/dns_musl_dup_id_aaaa_lost.pod.pcap"));
    expect(await verdicts(lost)).toEqual(["confirmed"]);
    // What did not happen is not told as if it had.
    expect(findingOf(await analyzeFiles({ "pod.pcap": lost }), RULE).summary).toBe(
      "1 pair of queries from 10.244.1.11 to 192.168.50.53 carries one transaction id for two types; in 1 of them one of the two answers was lost.",
    );
    expect(
      await verdicts(captureOf(healthy(4), lookup({ time: 10, ids: [7777, 7777], a: 1, retry: 2.5 }))),
    ).toEqual(["confirmed"]);
  });

  it("is no more than likely where the pairs went well and other lookups failed", async () => {
    const fine = lookup({ time: 10, ids: [600, 600], a: 1, aaaa: 2 });
    const lost = lookup({ time: 40, name: "other.example", port: 43000, ids: [700, 701], a: 1, retry: 5 });
    expect(await verdicts(captureOf(healthy(4), fine, lost))).toEqual(["likely"]);
  });

  it("is no more than possible where the server refuses pairs that it answers in order, or answers neither", async () => {
    const refused = [0, 1].map((i) =>
      lookup({ time: 10 + i * 20, port: 43000 + i, ids: [600, 600], a: 1, aaaa: 2, rcode: 2 }),
    );
    expect(await verdicts(captureOf(healthy(4), ...refused))).toEqual(["possible"]);
    const dead = [0, 1].map((i) => lookup({ time: 10 + i * 20, port: 43000 + i, ids: [600, 600] }));
    expect(await verdicts(captureOf(healthy(4), ...dead))).toEqual(["possible"]);
  });

  it("is ruled out where lookups go wrong and every pair has two ids", async () => {
    const lost = lookup({ time: 40, port: 43000, ids: [700, 701], a: 1, retry: 5 });
    const finding = findingOf(await analyzeFiles({ "pod.pcap": captureOf(healthy(4), lost) }), RULE);
    expect(finding.verdict).toBe("ruled-out");
    expect(finding.summary).toContain("each with two different ids");
  });

  it("takes a repetition, with the same id and type, for none", async () => {
    const again = [
      ...lookup({ time: 10, ids: [600, 601], a: 1 }),
      ...lookup({ time: 15, ids: [600, 601], a: 1, aaaa: 1 }),
    ];
    expect(await verdicts(captureOf(healthy(4), again))).toEqual(["ruled-out"]);
  });

  it("is silent without trouble, and can't tell from too few pairs", async () => {
    expect(await verdicts(captureOf(healthy(8)))).toEqual([]);
    const lost = lookup({ time: 40, ids: [700, 701], a: 1, retry: 5 });
    expect(await verdicts(captureOf(lost))).toEqual(["possible"]);
  });

  it("is only possible where the first was answered before the second was asked", async () => {
    const lost = lookup({ time: 10, ids: [600, 600], a: 0.01, retry: 2.5 });
    expect(await verdicts(captureOf(healthy(4), lost))).toEqual(["possible"]);
  });

  it("tells the client's C library where its pod's image or what it has mapped does, which changes no verdict", async () => {
    const pcap = captureOf(healthy(4), crossed(0), crossed(1));
    const [client] = (
      findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE).subject["name"] as string
    ).split(" ");
    const pod = (image: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: shop, uid: 1b1b1b1b-0000-4000-8000-000000000001}\n` +
      `spec: {containers: [{name: till, image: "${image}"}]}\nstatus: {phase: Running, podIP: ${client}}\n`;
    const row = "7f0000000000-7f0000014000 r--p 00000000 08:01 1234";
    const of = async (files: Record<string, string>) => {
      const finding = findingOf(await analyzeFiles({ "pod.pcap": pcap, ...files }), RULE);
      expect(finding.verdict).toBe("confirmed");
      return finding.evidence.map(({ effect, text }) => `${effect} ${text}`);
    };
    expect(await of({ "pods.yaml": pod("shop/till:3-alpine") })).toContain(
      "supports pod till has image shop/till:3-alpine",
    );
    expect((await of({ "pods.yaml": pod("shop/till:3") })).join()).not.toContain("image");
    const maps = (library: string) => ({
      "proc/7/maps": `${row}   /lib/${library}\n`,
      "proc/7/comm": "till\n",
    });
    expect(await of(maps("ld-musl-x86_64.so.1"))).toContain("supports till (7) has musl mapped");
    expect(await of(maps("x86_64-linux-gnu/libc.so.6"))).toContain("contradicts till (7) has glibc mapped");
    // Whose it is, is told by the pod alone.
    const elsewhere = await of({ ...maps("ld-musl-x86_64.so.1"), "pods.yaml": pod("shop/till:3") });
    expect(elsewhere.join()).not.toContain("mapped");
  });
});
