import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../../src/pcap/index.ts";
import { Latencies } from "../../src/pcap/latencies.ts";
import { scene } from "./files.ts";
import { captureOf } from "./fixtures.ts";
import { dns, ethernet, ip, udp } from "./frames.ts";

describe("DNS totals", () => {
  it("tell what became of the queries of each server, client and name", async () => {
    const { totals } = (await captureOf("dns_5s_aaaa_reply_dropped.pod")).dns;
    expect(totals.servers).toEqual([
      {
        server: "192.168.50.53",
        clients: 1,
        asked: 12,
        answered: 9,
        icmp: 0,
        unanswered: 3,
        undecided: 0,
        nxdomain: 0,
        tcp: 0,
        codes: { NOERROR: 9 },
        latency: {
          median: expect.closeTo(0.0001, 4),
          p90: expect.closeTo(0.0004, 4),
          p99: expect.closeTo(0.0004, 4),
          max: expect.closeTo(0.000403, 6),
        },
      },
    ]);
    expect(totals.clients).toMatchObject([{ client: "10.244.1.11", asked: 12 }]);
    expect(totals.names.map(({ name, asked, unanswered }) => [name, asked, unanswered])).toEqual([
      ["app.example.com", 4, 1],
      ["db.example.com", 4, 1],
      ["www.example.com", 4, 1],
    ]);
  });

  it("count TCP, NXDOMAIN, ICMP errors, and what the capture was too short for", async () => {
    const over = (await captureOf("dns_edns_tcp_frag.pod")).dns.totals;
    expect(over.servers).toMatchObject([
      { asked: 7, answered: 7, tcp: 3, nxdomain: 1, codes: { NOERROR: 6, NXDOMAIN: 1 } },
    ]);
    expect((await captureOf("dns_port_unreachable.pod")).dns.totals).toMatchObject({
      asked: 8,
      icmp: 6,
      undecided: 2,
    });
    const forwarder = (await captureOf("dns_forwarder_upstream_dead.node-any")).dns.totals;
    expect(forwarder.servers.map(({ server, asked, answered }) => [server, asked, answered])).toEqual([
      ["10.244.1.1", 8, 8],
      ["192.168.50.53", 8, 8],
      ["192.168.50.54", 8, 0],
    ]);
  });

  it("leave out no query that the table had no room for", async () => {
    const frames = Array.from({ length: 500 }, (_, i) => {
      const message = { id: i, name: `n${i % 7}.example.com` };
      const ask = ethernet(
        ip({ from: "10.0.0.1", to: "10.0.0.2", id: i + 1 }, 17, udp(2000 + i, 53, dns(message))),
      );
      const reply = ethernet(
        ip(
          { from: "10.0.0.2", to: "10.0.0.1", id: i + 1 },
          17,
          udp(53, 2000 + i, dns({ ...message, response: true })),
        ),
      );
      return [[i, ask] as const, [i + 0.01, reply] as const];
    }).flat();
    const { dns: table } = await readCapture(scene(frames), { maxQueries: 50 });
    expect(table.length).toBeLessThanOrEqual(50);
    expect(table.totals).toMatchObject({ asked: 500, answered: 500 });
    expect(table.totals.servers).toMatchObject([
      { asked: 500, latency: { median: expect.closeTo(0.01, 2) } },
    ]);
    expect(table.totals.names.map(({ asked }) => asked)).toEqual([72, 72, 72, 71, 71, 71, 71]);
  });
});

describe("latencies", () => {
  it("are told within a tenth, and never above the longest", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 2e-6, max: 60, noNaN: true }), { minLength: 1 }), (seconds) => {
        const latencies = new Latencies();
        for (const each of seconds) latencies.add(each);
        const sorted = [...seconds].sort((a, b) => a - b);
        const median = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
        const told = latencies.finish();
        expect(told?.max).toBe(sorted.at(-1));
        expect(told?.median).toBeGreaterThanOrEqual(median * 0.999);
        expect(told?.median).toBeLessThanOrEqual(Math.min(median * 1.1, sorted.at(-1) ?? 0));
      }),
    );
  });

  it("survive clocks that step back, and are none without any", () => {
    const latencies = new Latencies();
    expect(latencies.finish()).toBeUndefined();
    latencies.add(-5);
    latencies.add(1e9);
    expect(latencies.finish()).toMatchObject({ median: expect.closeTo(1e-6, 7), max: 1e9 });
  });
});
