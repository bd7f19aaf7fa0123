import { describe, expect, it } from "vitest";
import { parseIptables } from "../../../src/node/index.ts";
import { dropsSyn } from "../../../src/rules/tcp/drop-rules.ts";
import { findingOf, verdictsOf } from "../case.ts";
import type { Attempt } from "../packets.ts";
import { analyzeNode, calm, fixture, ssOf } from "./listener-cases.ts";
import { captureOf, natOutage } from "./outage.ts";

const RULE = "tcp/firewall-drop";
const CLIENT = "10.0.0.32";
const dump = (...rules: readonly string[]) => `*filter\n:INPUT ACCEPT [0:0]\n${rules.join("\n")}\nCOMMIT\n`;

/** A client that one port never answers; another port of the same address does, or doesn't. */
function filtered(otherPort: "answered" | "silence"): Uint8Array {
  const to = (port: number, outcome: Attempt["outcome"], i: number): Attempt => ({
    time: 1 + i * 10 + port / 1e5,
    from: `${CLIENT}:${port + i}`,
    to: `10.0.0.2:${port}`,
    outcome,
  });
  const attempts = [0, 1, 2, 3].flatMap((i) => [to(8443, "silence", i), to(8080, otherPort, i)]);
  return captureOf([...attempts, ...calm("10.0.0.2:8443")]);
}
const pcap = filtered("answered");

describe(RULE, () => {
  it("is likely where another port answers the same client", async () => {
    const finding = findingOf(await analyzeNode({ "s.pcap": pcap }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.summary).toBe(
      "10.0.0.2:8443 never answers 10.0.0.32, whom 10.0.0.2 answers on port 8080; it answers others (20 attempts).",
    );
    expect(finding.missing.map(({ command }) => command)).toEqual(["iptables-save -c"]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": fixture("tcp_syn_backoff_classic.pod") }), RULE)).toEqual(
      ["likely"],
    );
  });

  it("is confirmed by a rule that drops them", async () => {
    const rule = "-A INPUT -s 10.0.0.32/32 -p tcp -m tcp --dport 8443 -j DROP";
    const finding = findingOf(await analyzeNode({ "s.pcap": pcap, "iptables-save": dump(rule) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(`A rule of the host drops them: ${rule}.`);
  });

  it.each([
    ["another port", "-A INPUT -p tcp -m tcp --dport 9443 -j DROP"],
    ["another client", "-A INPUT -s 10.0.0.33/32 -p tcp -m tcp --dport 8443 -j DROP"],
    [
      "something that a capture can't judge",
      "-A INPUT -p tcp -m tcp --dport 8443 -m connlimit --connlimit-above 9 -j DROP",
    ],
    ["nobody yet", "[0:0] -A INPUT -p tcp -m tcp --dport 8443 -j DROP"],
  ])("is not raised by a rule against %s", async (_, rule) => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "iptables-save": dump(rule) }), RULE)).toEqual([
      "likely",
    ]);
  });

  it("is possible where no other port is seen to answer", async () => {
    for (const silent of [filtered("silence"), fixture("tcp_rp_filter_drop.server")])
      expect(new Set(verdictsOf(await analyzeNode({ "s.pcap": silent }), RULE))).toEqual(
        new Set(["possible"]),
      );
  });

  it("is held down where the same clients are answered, too", async () => {
    for (const rival of [
      natOutage(),
      fixture("tcp_backlog_accept_queue.server"),
      fixture("tcp_pod_deleted_same_node.pod"),
    ])
      expect(verdictsOf(await analyzeNode({ "s.pcap": rival }), RULE)).toEqual(["possible"]);
  });

  it("is only possible where the listener's accept queue is full", async () => {
    const full = { "s.pcap": pcap, "ss-lnt.txt": ssOf(129, 128, 8443) };
    expect(verdictsOf(await analyzeNode(full), RULE)).toEqual(["possible"]);
    const other = { "s.pcap": pcap, "ss-lnt.txt": ssOf(0, 128, 8443) };
    expect(verdictsOf(await analyzeNode(other), RULE)).toEqual(["likely"]);
  });

  it("says nothing of rules where no SYN was lost", async () => {
    const rule = "-A INPUT -p tcp -m tcp --dport 8443 -j DROP";
    expect(verdictsOf(await analyzeNode({ "iptables-save": dump(rule) }), RULE)).toEqual([]);
  });
});

describe("a rule of iptables", () => {
  const drops = (spec: string, syn = { source: CLIENT, address: "10.0.0.2", port: 8443 }) =>
    parseIptables(dump(spec)).rules.some((rule) => dropsSyn(rule, syn));

  it.each([
    "-A INPUT -s 10.0.0.0/24 -j DROP",
    "-A FORWARD -d 10.0.0.2/32 -p tcp -m tcp --dport 8000:9000 -j DROP",
    '-A INPUT -p tcp -m multiport --dports 80,8443 -m comment --comment "not -s these" -j DROP',
    "-A INPUT ! -s 10.1.0.0/16 -p tcp -m tcp --dport 8443 -j DROP",
    "-A INPUT -p tcp -m conntrack --ctstate NEW,INVALID -m tcp --dport 8443 -j DROP",
  ])("%s drops the SYN", (spec) => {
    expect(drops(spec)).toBe(true);
  });

  it.each([
    "-A INPUT -j DROP",
    "-A INPUT -p udp -m udp --dport 8443 -j DROP",
    "-A INPUT -p tcp -m tcp --dport 8443 -j REJECT",
    "-A INPUT -s 10.0.0.32/32 -i eth9 -j DROP",
    "-A INPUT ! -s 10.0.0.0/24 -p tcp -m tcp --dport 8443 -j DROP",
    "-A INPUT -s 10.0.0.0/33 -j DROP",
    "-A INPUT -p tcp -m conntrack --ctstate INVALID -m tcp --dport 8443 -j DROP",
    "-A INPUT -p tcp -m tcp --dport 8443 -m mark --mark 0x8000/0x8000 -j DROP",
  ])("%s is not known to", (spec) => {
    expect(drops(spec)).toBe(false);
  });
});
