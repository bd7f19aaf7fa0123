// Real captures whose story is known: what a person finds in each with tshark must come out of our tables.
import { describe, expect, it } from "vitest";
import {
  type Attempt,
  attempts,
  type Capture,
  Direction,
  type DnsExchange,
  dnsExchanges,
  duplicateIds,
  type Listener,
  listeners,
} from "../../src/pcap/index.ts";
import { captureOf, codes } from "./fixtures.ts";

const attemptsOf = (capture: Capture): Attempt[] => [...attempts(capture.handshakes)];
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const total = (capture: Capture, of: "synCount" | "synAckCount") =>
  sum(attemptsOf(capture).map((each) => each[of]));
const outcomes = (capture: Capture) => {
  const counts: Record<string, number> = {};
  for (const { outcome } of attemptsOf(capture)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

/** A listener with nothing but these counts. */
const listener = (key: string, counts: Partial<Listener>): Partial<Listener> => ({
  key,
  answered: 0,
  answeredLate: 0,
  refused: 0,
  challenged: 0,
  answerUnseen: 0,
  unanswered: 0,
  undecided: 0,
  icmp: [],
  ...counts,
});

/** Query, answer and retry as `frame type name answer-frame retry-of-frame`. */
const lines = (capture: Capture) =>
  Array.from(dnsExchanges(capture), ({ frame, type, name, answer, retryOf }) => {
    const before = retryOf === undefined ? "" : ` retries ${capture.dns.frame[retryOf]}`;
    return `${frame} ${type} ${name} ${answer?.frame ?? "-"}${before}`;
  });

const unanswered = (capture: Capture): DnsExchange[] =>
  [...dnsExchanges(capture)].filter((each) => each.answer === undefined && each.icmp === undefined);

describe("a whole capture", () => {
  it.each([
    ["dns_baseline.pod", 16, 0.023122, [1]],
    ["dns_edns_tcp_frag.pod", 57, 1.663865833, [1]],
    ["encap_vxlan_any_dup", 79, 1.190412, [276]],
    ["link_raw_tun", 10, 4.025587, [101]],
    ["tcp_snat_port_race.server", 4800, 73.054084, [1]],
    ["tcp_midstream_loss_any.s100", 672, 5.017373, [276]],
  ])("%s has %i frames in %d s", async (name, packets, duration, linkTypes) => {
    const capture = await captureOf(name);
    expect(capture).toMatchObject({
      packets,
      linkTypes,
      cut: false,
      clockSteps: 0,
      dropped: undefined,
      oneWay: false,
    });
    expect(capture.duration).toBeCloseTo(duration, 9);
    expect(capture.diagnostics).toEqual([]);
  });

  it("begins at the time that tshark tells", async () => {
    expect((await captureOf("tcp_refused_mix.pod")).start).toBeCloseTo(1_795_316_908.415708, 6);
  });
});

const asked = (of: Capture) => Array.from(dnsExchanges(of), ({ id, type, name }) => [id, type, name]);

describe("DNS", () => {
  it("healthy lookups of glibc: A and AAAA on one socket, all answered", async () => {
    const capture = await captureOf("dns_baseline.pod");
    expect(lines(capture)).toEqual([
      "1 A app.example.com 3",
      "2 AAAA app.example.com 4",
      "5 A db.example.com 7",
      "6 AAAA db.example.com 8",
      "9 A www.example.com 10",
      "11 AAAA www.example.com 12",
      "13 A api.example.com 14",
      "15 AAAA api.example.com 16",
    ]);
    expect([...dnsExchanges(capture)].at(-1)?.answer).toMatchObject({
      code: "NOERROR",
      count: 0,
      records: 0,
    });
    expect([...capture.dns.records]).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
    expect(duplicateIds(capture)).toEqual([]);
  });

  it("the answers to AAAA were dropped: glibc asks both again after 5 s, from the same port with the same ids", async () => {
    const capture = await captureOf("dns_5s_aaaa_reply_dropped.pod");
    expect(lines(capture)).toEqual([
      "1 A app.example.com 2",
      "3 AAAA app.example.com -",
      "4 A app.example.com 5 retries 1",
      "6 AAAA app.example.com 7 retries 3",
      "8 A db.example.com 10",
      "9 AAAA db.example.com -",
      "11 A db.example.com 12 retries 8",
      "13 AAAA db.example.com 14 retries 9",
      "15 A www.example.com 17",
      "16 AAAA www.example.com -",
      "18 A www.example.com 19 retries 15",
      "20 AAAA www.example.com 21 retries 16",
    ]);
    expect(unanswered(capture).map(({ type, undecided }) => [type, undecided])).toEqual([
      ["AAAA", false],
      ["AAAA", false],
      ["AAAA", false],
    ]);
    expect(duplicateIds(capture)).toEqual([]);
  });

  it("the same on the node: every query on three interfaces, the lost answers on the outermost alone", async () => {
    const capture = await captureOf("dns_5s_aaaa_reply_dropped.node-any");
    const pod = await captureOf("dns_5s_aaaa_reply_dropped.pod");
    expect(asked(capture)).toEqual(asked(pod));
    expect([...capture.dns.copies]).toEqual(Array.from({ length: 12 }, () => 3));
    expect([...capture.dns.answerCopies]).toEqual([3, 1, 3, 3, 3, 1, 3, 3, 3, 1, 3, 3]);
    expect([...capture.dns.retryOf]).toEqual([-1, -1, 0, 1, -1, -1, 4, 5, -1, -1, 8, 9]);
    expect([...capture.dns.counted]).toEqual(Array.from({ length: 12 }, () => 1));
    expect(duplicateIds(capture)).toEqual([]);
  });

  it("a race through DNAT that the kernel resolved: all is answered", async () => {
    const capture = await captureOf("dns_conntrack_race_dnat.pod");
    expect(capture.dns.length).toBe(8);
    expect(unanswered(capture)).toEqual([]);
    expect(new Set(Array.from(dnsExchanges(capture), ({ server }) => server))).toEqual(
      new Set(["10.96.0.10"]),
    );
    expect([...dnsExchanges(capture)].filter(({ retryOf }) => retryOf !== undefined)).toEqual([]);
    expect(duplicateIds(capture)).toEqual([]);
  });

  it("musl gives A and AAAA one id; AAAA is lost, and asked again after 2.5 s", async () => {
    const capture = await captureOf("dns_musl_dup_id_aaaa_lost.pod");
    expect(lines(capture)).toEqual([
      "1 A app.example.com 3",
      "2 AAAA app.example.com -",
      "4 AAAA app.example.com - retries 2",
    ]);
    expect(unanswered(capture).map(({ undecided }) => undecided)).toEqual([false, true]);
    expect(duplicateIds(capture)).toMatchObject([
      {
        first: { frame: 1, type: "A", id: 0xc201, answer: { frame: 3, code: "NOERROR", records: 1 } },
        second: { frame: 2, type: "AAAA", id: 0xc201, answer: undefined },
        gap: expect.closeTo(0.000067, 9),
        inFlight: true,
        sameName: true,
        answeredFirst: "first",
      },
    ]);
  });

  it("a forwarder asks two servers at once; one never answers, but the capture is too short to say so", async () => {
    const capture = await captureOf("dns_forwarder_upstream_dead.node-any");
    const of = (server: string) => [...dnsExchanges(capture)].filter((each) => each.server === server);
    const counts = (server: string) => [
      of(server).length,
      of(server).filter((each) => each.answer !== undefined).length,
    ];
    expect(counts("10.244.1.1")).toEqual([8, 8]);
    expect(counts("192.168.50.53")).toEqual([8, 8]);
    expect(counts("192.168.50.54")).toEqual([8, 0]);
    expect(unanswered(capture).every(({ undecided }) => undecided)).toBe(true);
    expect([...capture.dns.counted].includes(0)).toBe(false);
    expect(duplicateIds(capture)).toEqual([]);
  });

  it("no process listens: ICMP port unreachable, and glibc asks again at once from another port", async () => {
    const capture = await captureOf("dns_port_unreachable.pod");
    const all = [...dnsExchanges(capture)];
    expect(all.slice(0, 6).map(({ icmp }) => icmp)).toEqual(
      Array.from({ length: 6 }, () => ({ type: 3, code: 3, from: "192.168.50.53" })),
    );
    expect([...capture.dns.answerFrame]).toEqual([2, 4, 6, 8, 10, 12, 0, 0]);
    expect(all.slice(6).map(({ undecided }) => undecided)).toEqual([true, true]);
    expect([...capture.dns.retryOf]).toEqual([-1, -1, 0, 1, -1, -1, 4, 5]);
  });

  it("TC over UDP, then TCP; an answer in two fragments; NXDOMAIN; nanoseconds", async () => {
    const capture = await captureOf("dns_edns_tcp_frag.pod");
    expect([...dnsExchanges(capture)]).toMatchObject([
      {
        frame: 9,
        id: 0x9d93,
        type: "TXT",
        ednsSize: undefined,
        answer: { frame: 10, truncated: true, count: 0 },
      },
      {
        frame: 14,
        id: 0x7225,
        transport: "tcp",
        retryOf: 0,
        answer: { frame: 16, truncated: false, count: 1 },
      },
      {
        frame: 23,
        id: 0x11c3,
        transport: "udp",
        ednsSize: 8192,
        answer: { frame: 25, truncated: false, count: 1 },
      },
      { frame: 29, id: 0xa0a5, transport: "tcp", ednsSize: 1232, answer: { frame: 31, count: 1 } },
      { frame: 39, id: 0x192d, transport: "tcp", retryOf: undefined, answer: { frame: 41, records: 1 } },
      { frame: 43, id: 0x34c5, transport: "udp", type: "A", answer: { frame: 44, records: 1 } },
      { frame: 48, id: 0x215a, name: "nope.example.com", answer: { frame: 49, code: "NXDOMAIN" } },
    ]);
    expect(listeners(capture)).toMatchObject([listener("192.168.50.53:53", { attempts: 3, answered: 3 })]);
  });
});

const from = (sender: string, type: number, code: number, count: number) => ({
  icmp: [{ type, code, from: sender, count }],
});

describe("TCP", () => {
  it("accept queue full: two connections complete, 58 meet silence", async () => {
    const capture = await captureOf("tcp_backlog_accept_queue.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", {
        attempts: 60,
        answered: 2,
        unanswered: 58,
        sources: 1,
        maxWaiting: 58,
      }),
    ]);
    expect([total(capture, "synCount"), total(capture, "synAckCount")]).toEqual([408, 2]);
    expect(attemptsOf(capture).filter((each) => each.completed).length).toBe(2);
  });

  it("SYN cookies: every try of 200 is answered, nothing is completed", async () => {
    const capture = await captureOf("tcp_syn_flood_cookies.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 200, answered: 200, sources: 1 }),
    ]);
    expect([total(capture, "synCount"), total(capture, "synAckCount")]).toEqual([600, 634]);
    // Only those that took a place in the queue had their SYN-ACK sent again without being asked.
    expect(attemptsOf(capture).filter((each) => each.synAckCount > each.synCount).length).toBe(17);
    expect(attemptsOf(capture).some((each) => each.completed)).toBe(false);
  });

  it("half-open queue full without cookies: five are answered late, eight are older than the capture", async () => {
    const capture = await captureOf("tcp_syn_queue_overflow_nocookies.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", {
        attempts: 208,
        unanswered: 195,
        answeredLate: 5,
        undecided: 8,
        maxHalfOpen: 13,
      }),
    ]);
    expect([total(capture, "synCount"), total(capture, "synAckCount")]).toEqual([1400, 38]);
  });

  it("abort on overflow: the queue drops SYNs all the same, and no RST came before the capture's end", async () => {
    const capture = await captureOf("tcp_abort_on_overflow.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 40, answered: 2, unanswered: 38 }),
    ]);
    expect(attemptsOf(capture).map((each) => each.reset)).toEqual(
      Array.from({ length: 40 }, () => undefined),
    );
    expect(total(capture, "synCount")).toBe(116);
  });

  it("refused in every way: RST, ICMP of three codes and two senders, over IPv6 too", async () => {
    expect(listeners(await captureOf("tcp_refused_mix.pod"))).toMatchObject([
      listener("192.168.50.20:9000", { attempts: 2, refused: 2 }),
      listener("192.168.50.20:9001", { attempts: 2, ...from("192.168.50.20", 3, 3, 2) }),
      listener("192.168.50.20:9002", { attempts: 2, ...from("192.168.50.20", 3, 13, 2) }),
      listener("192.168.50.20:9003", { attempts: 2, refused: 2 }),
      listener("172.31.9.9:80", { attempts: 1, ...from("10.244.1.1", 3, 0, 1) }),
      listener("192.168.50.77:80", { attempts: 1, ...from("10.244.1.1", 3, 1, 1) }),
      listener("[fd00:10:244:1::1]:80", { attempts: 1, refused: 1 }),
    ]);
  });

  it("host unreachable after four tries", async () => {
    const attempt = attemptsOf(await captureOf("tcp_refused_mix.pod")).find(
      (each) => each.server === "192.168.50.77",
    );
    expect(attempt?.tries.map(({ frame }) => frame)).toEqual([22, 24, 25, 26]);
    expect(attempt).toMatchObject({
      synCount: 4,
      answer: { frame: 27 },
      icmp: { type: 3, code: 1, from: "10.244.1.1" },
    });
  });

  it("reverse path filter: one source is never answered, another always", async () => {
    const capture = await captureOf("tcp_rp_filter_drop.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 4, unanswered: 2, answered: 2, sources: 2 }),
    ]);
    expect(attemptsOf(capture).map((each) => [each.client, each.outcome, each.synCount])).toEqual([
      ["10.244.1.11", "unanswered", 7],
      ["10.244.1.11", "unanswered", 7],
      ["192.168.50.10", "answered", 1],
      ["192.168.50.10", "answered", 1],
    ]);
  });

  it("the server's view of a race for ports: all is answered, and the clients reset", async () => {
    const capture = await captureOf("tcp_snat_port_race.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 1200, answered: 1200, sources: 1 }),
    ]);
    expect(attemptsOf(capture).every((each) => each.completed && each.reset === "by client")).toBe(true);
    expect([total(capture, "synCount"), total(capture, "synAckCount")]).toEqual([1200, 1200]);
  });

  it("tcp_tw_recycle on the server: half of the attempts meet silence", async () => {
    const capture = await captureOf("tcp_tw_recycle_paws.server");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 16, answered: 8, unanswered: 8 }),
    ]);
    const silent = attemptsOf(capture).filter((each) => each.outcome === "unanswered");
    expect(silent.map((each) => each.clientPort)).toEqual([
      7830, 57844, 46975, 48635, 6697, 14867, 54754, 53915,
    ]);
  });

  it("tcp_tw_recycle on the node: pods' SYNs and their masqueraded copies are one", async () => {
    const capture = await captureOf("tcp_tw_recycle_uptime.node-any");
    const { handshakes } = capture;
    expect(handshakes.length).toBe(28);
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 14, answered: 8, unanswered: 6, sources: 1 }),
    ]);
    const all = attemptsOf(capture);
    expect(new Set(all.map((each) => each.client))).toEqual(new Set(["192.168.50.10"]));
    const first = all.find((each) => each.clientPort === 40_962);
    expect(first).toMatchObject({
      tries: [{ frame: 3 }],
      direction: "outgoing",
      original: { client: "10.244.1.12", clientPort: 40_962, tries: [{ frame: 1 }] },
    });
    const silent = all.filter((each) => each.outcome === "unanswered");
    expect(silent.map((each) => [each.original?.client, each.synCount])).toEqual(
      Array.from({ length: 6 }, () => ["10.244.1.12", 4]),
    );
    expect(silent[0]?.gaps.map(Math.round)).toEqual([1, 2, 4]);
    // The pod's SYN came in; the masqueraded one went out.
    expect([...handshakes.direction.subarray(0, 2)]).toEqual([Direction.incoming, Direction.outgoing]);
  });

  it("classic retries after 1, 3, 7, 15 and 31 s", async () => {
    const capture = await captureOf("tcp_syn_backoff_classic.pod");
    expect(listeners(capture)).toMatchObject([
      listener("192.168.50.20:8080", { attempts: 2, answered: 2 }),
      listener("192.168.50.20:8081", { attempts: 2, unanswered: 2 }),
    ]);
    const silent = attemptsOf(capture).filter((each) => each.outcome === "unanswered");
    expect(silent.map((each) => each.gaps.map(Math.round))).toEqual([
      [1, 2, 4, 8, 16],
      [1, 2, 4, 8, 16],
    ]);
  });

  it("a TIME_WAIT socket answers a SYN with an ACK; the client resets, and is answered at its retry", async () => {
    const capture = await captureOf("tcp_timewait_paws_same_tuple.server");
    expect(outcomes(capture)).toEqual({ answered: 5, "answered-late": 1 });
    const [challenged, ...others] = attemptsOf(capture).filter((each) => each.challengeAcks > 0);
    expect(others).toEqual([]);
    expect(challenged).toMatchObject({
      tries: [{ frame: 41 }, { frame: 44 }],
      answer: { frame: 45 },
      challengeAcks: 1,
      reset: undefined,
    });
  });

  it("the pod is deleted: five connections, then silence", async () => {
    const capture = await captureOf("tcp_pod_deleted_same_node.pod");
    expect(listeners(capture)).toMatchObject([
      listener("10.244.1.12:8080", { attempts: 7, answered: 5, unanswered: 2 }),
    ]);
    expect(attemptsOf(capture).map((each) => each.synCount)).toEqual([1, 1, 1, 1, 1, 5, 5]);
  });

  it("began before the capture, with losses: no attempt at all", async () => {
    const capture = await captureOf("tcp_midstream_loss_any.s100");
    expect(capture.handshakes.length).toBe(0);
    expect(capture.oneWay).toBe(false);
  });
});

describe("links", () => {
  it("Linux cooked v2 on all interfaces: each packet three times, counted once", async () => {
    const capture = await captureOf("link_linktype_sll2");
    expect(listeners(capture)).toMatchObject([listener("192.168.50.20:8080", { attempts: 2, answered: 2 })]);
    expect([total(capture, "synCount"), total(capture, "synAckCount")]).toEqual([2, 2]);
    expect([...capture.dns.copies, ...capture.dns.answerCopies]).toEqual([3, 3, 3, 3]);
  });

  it("42 bytes a packet: ports but nothing behind, and that is told", async () => {
    const capture = await captureOf("link_snaplen_42");
    expect(capture.snaplen).toBe(42);
    expect([capture.handshakes.length, capture.dns.length]).toEqual([0, 0]);
    expect(codes(capture)).toEqual(["cut-tcp", "cut-dns"]);
    expect(capture.diagnostics.map(({ message }) => Number.parseInt(message, 10))).toEqual([20, 4]);
  });

  it("flannel's VXLAN on all interfaces: inside and outside the tunnel is one", async () => {
    const capture = await captureOf("encap_vxlan_any_dup");
    expect(listeners(capture)).toMatchObject([
      listener("10.250.0.2:8080", { attempts: 3, answered: 3 }),
      listener("10.250.0.2:8099", { attempts: 1, refused: 1 }),
    ]);
    expect([total(capture, "synCount"), total(capture, "synAckCount")]).toEqual([4, 3]);
    expect(lines(capture)).toEqual(["8 A app.example.com 10", "12 AAAA app.example.com 14"]);
    expect([...capture.dns.copies, ...capture.dns.answerCopies]).toEqual([2, 2, 2, 2]);
  });

  it("raw IP of a tunnel: two attempts of four tries and a query, none answered", async () => {
    const capture = await captureOf("link_raw_tun");
    expect(listeners(capture)).toMatchObject([listener("10.252.0.2:80", { attempts: 2, unanswered: 2 })]);
    expect(attemptsOf(capture).map((each) => each.gaps.map(Math.round))).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(unanswered(capture)).toMatchObject([{ frame: 10, undecided: true }]);
  });

  it("IPv6: TCP, DNS, a refused port, fragments of ICMPv6", async () => {
    const capture = await captureOf("ipv6_tcp_dns");
    expect(listeners(capture)).toMatchObject([
      listener("[fd00:10:244:1::1]:8080", { attempts: 2, answered: 2 }),
      listener("[fd00:10:244:1::1]:8081", { attempts: 1, refused: 1 }),
    ]);
    expect([...dnsExchanges(capture)]).toMatchObject([
      {
        client: "fd00:10:244:1::11",
        server: "fd00:10:244:1::1",
        name: "app.example.com",
        answer: { frame: 5, records: 1 },
      },
    ]);
  });
});
