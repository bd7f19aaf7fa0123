import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Attempt } from "../packets.ts";
import { addrOf, analyzeNode, calm, fixture, netstatOf, ssOf } from "./listener-cases.ts";
import { LISTENER, captureOf, natOutage, randomLoss } from "./outage.ts";

const RULE = "tcp/syn-backlog-overflow";
const OVERFLOWS = "58 times the listen queue of a socket overflowed";
const DROPS = "TCPReqQFullDrop: 1183";

/** A calm listener that is rushed by thirty at once, of which it takes five. */
function rush(): Uint8Array {
  const rushed = Array.from({ length: 30 }, (_, i): Attempt => ({
    time: 31 + i * 0.002,
    from: `10.0.0.52:${40000 + i}`,
    to: LISTENER,
    outcome: i < 5 ? "answered" : "late",
    tsval: Math.imul(i + 3, 2654435761) >>> 0,
  }));
  return captureOf([...calm(LISTENER), ...rushed]);
}

describe(RULE, () => {
  it.each([
    "tcp_backlog_accept_queue.server",
    "tcp_abort_on_overflow.server",
    "tcp_syn_queue_overflow_nocookies.server",
  ])("is likely by %s alone, and asks for the node's state", async (name) => {
    const finding = findingOf(await analyzeNode({ "s.pcap": fixture(name) }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toEqual([
      "nstat -az TcpExtListenOverflows TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies",
      "ss -lnt",
      "sysctl net.core.somaxconn net.ipv4.tcp_max_syn_backlog net.ipv4.tcp_syncookies",
    ]);
  });

  it("cites the kernel's line about the port, which counts little, and none about another one", async () => {
    const line = (port: string): string =>
      `[  100.000000] TCP: request_sock_TCP: Possible SYN flooding on port ${port}. Dropping request.  Check SNMP counters.\n`;
    const cited = async (port: string): Promise<boolean> => {
      const finding = findingOf(await analyzeNode({ "s.pcap": rush(), dmesg: line(port) }), RULE);
      expect(finding.verdict).toBe(findingOf(await analyzeNode({ "s.pcap": rush() }), RULE).verdict);
      return finding.evidence.some(({ text }) => text.includes("SYN flooding"));
    };
    expect([await cited("8080"), await cited("10.0.0.2:8080"), await cited("18080")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is confirmed by the capture and the counter together, and names the accept queue", async () => {
    const pcap = fixture("tcp_backlog_accept_queue.server");
    const finding = findingOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": netstatOf(OVERFLOWS) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("58 SYNs were lost in bursts, after some 31 others within 0.1 s");
    expect(finding.summary).toContain("What is full is the accept queue");
    expect(finding.remedy[0]).toContain("net.core.somaxconn");
  });

  it("names the program that listens, and takes no other namespace's queue for its own", async () => {
    const [address = "", port = ""] = LISTENER.split(":");
    const list = (own: string): string =>
      `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nESTAB 0 0 ${own}:22 10.0.0.9:4000\nLISTEN 6 5 0.0.0.0:${port} 0.0.0.0:* users:(("till",pid=77,fd=3))\n`;
    const task = {
      "proc/77/comm": "till\n",
      "proc/77/status": "Name:\ttill\nState:\tD (disk sleep)\nTgid:\t77\nPid:\t77\nPPid:\t1\n",
      "proc/77/stack": "[<0>] rpc_wait_bit_killable+0x1e/0xa0\n[<0>] nfs_wait_bit_killable+0x1e/0x90 [nfs]\n",
    };
    const files = { "s.pcap": rush(), ...task };
    const finding = findingOf(await analyzeNode({ ...files, "ss-lntp.txt": list(address) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(
      "When sockets were listed, it listened there: till (77). Of its threads till (77) waits for",
    );
    // The node's own list, beside one of the listener's namespace: its queue is another one.
    const both = {
      ...files,
      "ss-pod.txt": list(address).replace("LISTEN 6 5", "LISTEN 0 5"),
      "ss-node.txt": list("192.168.0.1"),
    };
    expect(verdictsOf(await analyzeNode(both), RULE)).not.toContain("confirmed");
  });

  it("takes a total for a witness only where it counts as many as were lost", async () => {
    const pcap = fixture("tcp_backlog_accept_queue.server");
    const few = netstatOf("5 times the listen queue of a socket overflowed");
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": few }), RULE)).toEqual(["likely"]);
  });

  it("names the half-open queue where that one is full", async () => {
    const pcap = fixture("tcp_syn_queue_overflow_nocookies.server");
    const sysctl = "net.ipv4.tcp_max_syn_backlog = 16\nnet.ipv4.tcp_syncookies = 0\n";
    const finding = findingOf(
      await analyzeNode({ "s.pcap": pcap, "netstat-s": netstatOf(DROPS), "sysctl.txt": sysctl }),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("What is full is the queue of half-open connections");
    expect(finding.remedy[0]).toContain("net.ipv4.tcp_max_syn_backlog");
    expect(finding.evidence.map(({ text }) => text)).toContain("net.ipv4.tcp_max_syn_backlog = 16");
  });

  it("is confirmed by a burst and a full accept queue in ss, whose length is the program's own", async () => {
    const files = {
      "s.pcap": rush(),
      "ss-lnt.txt": ssOf(6, 5),
      "sysctl.txt": "net.core.somaxconn = 4096\nnet.ipv4.tcp_syncookies = 1\n",
    };
    const finding = findingOf(await analyzeNode(files), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.remedy[0]).toBe(
      "The program asked listen() for 5, and net.core.somaxconn would allow 4096: the program's own backlog is what to raise.",
    );
    const other = await analyzeNode({ ...files, "ss-lnt.txt": ssOf(6, 5, 9090) });
    expect(verdictsOf(other, RULE)).toEqual(["likely"]);
    expect(verdictsOf(await analyzeNode({ ...files, "ss-lnt.txt": ssOf(0, 5) }), RULE)).toEqual(["likely"]);
  });

  it("is confirmed without a burst by a counter that grew and a queue that was full", async () => {
    const files = {
      "s.pcap": randomLoss(),
      "ss-lnt.txt": ssOf(129, 128),
      "netstat-s.after": netstatOf(OVERFLOWS),
    };
    expect(verdictsOf(await analyzeNode({ ...files, "netstat-s.before": netstatOf() }), RULE)).toEqual([
      "confirmed",
    ]);
    // A total since boot alone is no second witness.
    expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["likely"]);
  });

  it("is ruled out by a clean split by timestamp, whatever the counters", async () => {
    const finding = findingOf(
      await analyzeNode({
        "s.pcap": fixture("tcp_tw_recycle_paws.server"),
        "netstat-s": netstatOf(OVERFLOWS),
      }),
      RULE,
    );
    expect(finding.verdict).toBe("ruled-out");
    expect(finding.summary).toContain(
      "the timestamps of 8 of 8 lost SYNs went back for their source address",
    );
    expect(verdictsOf(await analyzeNode({ "s.pcap": natOutage() }), RULE)).toEqual(["ruled-out"]);
  });

  it("is held down where always the same source is lost", async () => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": fixture("tcp_rp_filter_drop.server") }), RULE)).toEqual([
      "possible",
    ]);
    const ticks = Array.from({ length: 6 }, (_, i): Attempt => ({
      time: 3 + i * 9,
      from: `10.0.0.9:${500 + i}`,
      to: LISTENER,
      outcome: "silence",
    }));
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": captureOf([...calm(LISTENER), ...ticks]) }), RULE),
    ).toEqual(["ruled-out"]);
  });

  it("is held down by counters that are zero, and ruled out where the listener is in that namespace", async () => {
    const files = { "s.pcap": rush(), "netstat-s": netstatOf() };
    expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["possible"]);
    // An address alone may be a Service's; the socket beside it is the listener.
    const here = { ...files, "ip-addr.txt": addrOf("10.0.0.2") };
    expect(verdictsOf(await analyzeNode(here), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeNode({ ...here, "ss-lnt.txt": ssOf(0, 128) }), RULE)).toEqual([
      "ruled-out",
    ]);
    const service = { ...here, "ip-addr.txt": addrOf("10.0.0.2", "kube-ipvs0"), "ss-lnt.txt": ssOf(0, 128) };
    expect(verdictsOf(await analyzeNode(service), RULE)).toEqual(["possible"]);
  });

  it("is only possible where some SYNs are lost now and then", async () => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": randomLoss() }), RULE)).toEqual(["possible"]);
    // A busy listener of which the capture shows the last answers only.
    const dying = Array.from({ length: 120 }, (_, i): Attempt => ({
      time: i / 40,
      from: `10.0.0.9:${4000 + i}`,
      to: LISTENER,
      outcome: i < 6 ? "answered" : "silence",
    }));
    expect(verdictsOf(await analyzeNode({ "s.pcap": captureOf(dying) }), RULE)).toEqual(["possible"]);
  });

  it("does not take another host's counters for the listener's, nor a client's", async () => {
    const far = captureOf(calm(LISTENER).map((each) => ({ ...each, distance: 0.02 })));
    expect(verdictsOf(await analyzeNode({ "s.pcap": far, "netstat-s": netstatOf(OVERFLOWS) }), RULE)).toEqual(
      [],
    );
    const client = fixture("tcp_tw_recycle_uptime.node-any");
    const grown = {
      "netstat-s.before": netstatOf(),
      "netstat-s.after": netstatOf(OVERFLOWS),
      "ss-lnt.txt": ssOf(129, 128),
    };
    expect(verdictsOf(await analyzeNode({ "s.pcap": client, ...grown }), RULE)).toEqual(["ruled-out"]);
  });

  it("says nothing of a total since boot where no SYN was lost, and is possible where it grew", async () => {
    expect(verdictsOf(await analyzeNode({ "netstat-s": netstatOf(OVERFLOWS) }), RULE)).toEqual([]);
    expect(
      verdictsOf(
        await analyzeNode({
          "s.pcap": fixture("tcp_syn_flood_cookies.server"),
          "netstat-s": netstatOf(OVERFLOWS),
        }),
        RULE,
      ),
    ).toEqual([]);
    const grown = { "netstat-s.before": netstatOf(), "netstat-s.after": netstatOf(OVERFLOWS) };
    expect(verdictsOf(await analyzeNode(grown), RULE)).toEqual(["possible"]);
  });

  it("is possible by a counter that grew alone: all listeners of the node count in it", async () => {
    const grown = {
      "netstat-s.before.txt": netstatOf("58 times the listen queue of a socket overflowed"),
      "netstat-s.after.txt": netstatOf("90 times the listen queue of a socket overflowed"),
    };
    const gone = { "s.pcap": fixture("tcp_pod_deleted_same_node.pod"), ...grown };
    expect(verdictsOf(await analyzeNode(gone), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": rush(), ...grown }), RULE)).not.toEqual(["possible"]);
  });

  it("doesn't decide by another listener of the port that is full, where the address is of another namespace", async () => {
    const sample = "samples/syn-backlog-overflow/bundle/node-q";
    const files = Object.fromEntries(
      ["netstat-s.before.txt", "netstat-s.txt", "ss-lnt.txt", "ip-addr.txt"].map((name) => [
        name,
        readFileSync(`${sample}/${name}`, "utf8"),
      ]),
    );
    const gone = { ...files, "pod.pcap": fixture("tcp_pod_deleted_same_node.pod") };
    expect(verdictsOf(await analyzeNode(gone), RULE)).toEqual(["possible"]);
  });
});
