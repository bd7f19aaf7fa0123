import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "../dns/lookups.ts";

const RULE = "node/stale-resolv-conf";
const DEAD = "10.225.30.181";
const asked = Array.from({ length: 4 }, (_, i) =>
  lookup({ time: i, port: 45000 + i, ids: [i, i + 100], server: `${DEAD}:53` }),
).flat();
const base = { "node/etc/resolvconf/resolv.conf.d/base": `nameserver ${DEAD}\n` };
const conf = { "node/etc/resolv.conf": `nameserver ${DEAD}\nnameserver 10.96.0.10\n` };
const dead = { "node/pod.pcap": captureOf(asked, healthy(4)) };
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed where the list, the resolv.conf and the silence agree", async () => {
    const finding = findingOf(await analyzeFiles({ ...base, ...conf, ...dead }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(
      `${DEAD} does not answer, and comes from node/etc/resolvconf/resolv.conf.d/base`,
    );
  });

  it("is likely without the resolv.conf, and no finding without the list", async () => {
    expect(await verdicts({ ...base, ...dead })).toEqual(["likely"]);
    expect(await verdicts({ ...conf, ...dead })).toEqual([]);
  });

  it("is likely where the log alone says that the server does not answer", async () => {
    const log = `[ERROR] plugin/errors: 2 a.b. A: read udp 10.0.0.1:5->${DEAD}:53: i/o timeout\n`.repeat(50);
    expect(await verdicts({ ...base, ...conf, "node/coredns.log": log })).toEqual(["likely"]);
  });

  it("is no finding where the server answers, or nothing shows that it doesn't", async () => {
    const alive = lookup({ time: 1, ids: [1, 2], a: 1, aaaa: 1, server: `${DEAD}:53` });
    expect(await verdicts({ ...base, ...conf, "node/pod.pcap": captureOf(alive, healthy(4)) })).toEqual([]);
    expect(await verdicts({ ...base, ...conf })).toEqual([]);
  });

  it("is ruled out where the log complains of a server that a capture shows answering", async () => {
    const log = `[ERROR] plugin/errors: 2 a.b. A: read udp 10.0.0.1:5->${DEAD}:53: i/o timeout\n`.repeat(5);
    const alive = lookup({ time: 1, ids: [1, 2], a: 1, aaaa: 1, server: `${DEAD}:53` });
    const files = {
      ...base,
      ...conf,
      "node/pod.pcap": captureOf(alive, healthy(4)),
      "node/coredns.log": log,
    };
    expect(await verdicts(files)).toEqual(["ruled-out"]);
  });
});
