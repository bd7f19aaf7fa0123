import { State } from "../../pcap/index.ts";
import type { SideColumns } from "../../pcap/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { StuckSender } from "./retransmission-timeout.ts";
import { citeConnections, retransmissionTimeout } from "./retransmission-timeout.ts";

/** Every path carries segments of this size (RFC 9293, section 3.7.1). */
const ALWAYS_FITS = 536;
const FEWEST_STUCK = 2;
/** Of an IP and a TCP header without options. */
const HEADERS = 40;

/** A link on the way carries less than the ends believe, and what would tell them doesn't come. */
export const pathMtuBlackhole = defineCause<StuckSender>({
  id: "tcp/path-mtu-blackhole",
  title: "large packets don't get through the path",
  description:
    "A link on the way has a smaller MTU than the ends have agreed on, and the ICMP errors that say so are dropped, or not heeded. " +
    "Handshakes and short messages pass; each connection stops at its first full segment, which is sent again and again.",
  explains: [retransmissionTimeout],
  tests: [
    {
      statement: "only large segments are lost, and small ones of the same sender arrive",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture at the sender with short and long answers between the same hosts, and ICMP",
        command: "tcpdump -i any -s 128 -w mtu.pcap 'host PEER or icmp or icmp6'",
      },
      answer: ({ seen }) => answerSizes(seen),
    },
    {
      statement: "a router says that the packets are too big, and they are sent again as large",
      axis: "traffic",
      holds: "decisive",
      ask: {
        text: "what the path carries: the largest packet that passes unbroken",
        command: "tracepath -n PEER",
      },
      answer: ({ seen }) => answerErrors(seen),
    },
  ],
  remedy: [
    "Give both ends the path's MTU (an overlay takes 50 bytes for VXLAN, 20 for IPIP), or clamp the MSS where the MTU falls: iptables -t mangle … -j TCPMSS --clamp-mss-to-pmtu.",
    "Let ICMP type 3 code 4 and ICMPv6 type 2 through; net.ipv4.tcp_mtu_probing=1 finds the size without them.",
  ],
  references: ["RFC 2923, section 2.1", "RFC 4821", "https://docs.kernel.org/networking/ip-sysctl.html"],
  summary({ seen }) {
    if (!seen) return "No data was seen that was sent again and again.";
    const sizes = sizesOf(seen);
    return (
      `Segments of ${sizes.stuck} bytes did not get through in ${sizes.rows.length} of ${sizes.connections} connections, ` +
      `while segments of up to ${sizes.passed} bytes of the same sender were acknowledged.`
    );
  },
});

interface Sizes {
  /** Least of the largest segments that were sent again in vain. */
  readonly stuck: number;
  /** Largest segment of the sender that was acknowledged, in any connection between both addresses. */
  readonly passed: number;
  readonly rows: readonly number[];
  readonly connections: number;
}

function sideOf({ capture, sender }: StuckSender): SideColumns {
  const { connections } = capture.model;
  return sender === "server" ? connections.ofServer : connections.ofClient;
}

function sizesOf(seen: StuckSender): Sizes {
  const { connections } = seen.capture.model;
  const { largestAcked, largestRetransmitted } = sideOf(seen);
  let passed = 0;
  let all = 0;
  const { length, counted, client, server } = connections;
  for (let row = 0; row < length; row++) {
    if (counted[row] !== 1 || client[row] !== seen.client || server[row] !== seen.server) continue;
    all++;
    passed = Math.max(passed, largestAcked[row] ?? 0);
  }
  const rows = seen.rows.filter((row) => (largestRetransmitted[row] ?? 0) > ALWAYS_FITS);
  const stuck = rows.reduce(
    (least, row) => Math.min(least, largestRetransmitted[row] ?? 0),
    Number.POSITIVE_INFINITY,
  );
  return { stuck: rows.length === 0 ? 0 : stuck, passed, rows, connections: all };
}

function answerSizes(seen: StuckSender | undefined): Answer {
  if (!seen) return cantTell();
  const { stuck, passed, rows } = sizesOf(seen);
  const of = { n: rows.length, total: seen.rows.length };
  if (rows.length * 2 < seen.rows.length || rows.length === 0) {
    const text = `the segments that were sent again are of ${ALWAYS_FITS} bytes and less, which every path carries`;
    return fails([citeConnections(seen, seen.rows, text)], { of });
  }
  if (passed >= stuck) {
    const text = `segments of ${passed} bytes were acknowledged, larger than those of ${stuck} that were sent again`;
    return fails([citeConnections(seen, rows, text)], { of });
  }
  if (passed === 0) return cantTell("uncovered");
  const text = `segments of ${stuck} bytes were sent again in vain, while those of up to ${passed} were acknowledged`;
  return holds([citeConnections(seen, rows, text)], {
    of,
    ...(rows.length < FEWEST_STUCK || !isPeerHeard(seen, rows) ? { atMost: "weak" } : {}),
  });
}

/**
 * Whether the peer was heard after the first segments had been sent in vain: one of the connections moved on, another one did,
 * or a new one came about. Else the peer may be gone, and nothing at all gets through.
 */
function isPeerHeard(seen: StuckSender, rows: readonly number[]): boolean {
  const { connections, handshakes } = seen.capture.model;
  const { longestBackoff, longestBackoffTime, lastBackoff } = sideOf(seen);
  const { client, server, lastTime, state, counted } = connections;
  if (rows.some((row) => (lastBackoff[row] ?? 0) < (longestBackoff[row] ?? 0))) return true;
  const since = Math.min(...rows.map((row) => (lastTime[row] ?? 0) - (longestBackoffTime[row] ?? 0)));
  const isOwn = (table: { client: Int32Array; server: Int32Array }, row: number): boolean =>
    table.client[row] === seen.client && table.server[row] === seen.server;
  const reset = seen.sender === "client" ? State.clientReset : State.serverReset;
  const wentOn = lastTime.some(
    (time, row) =>
      time > since &&
      counted[row] === 1 &&
      isOwn({ client, server }, row) &&
      lastBackoff[row] === 0 &&
      ((state[row] ?? 0) & reset) === 0,
  );
  const { completed, completeTime } = handshakes;
  return (
    wentOn || completeTime.some((time, row) => time > since && completed[row] === 1 && isOwn(handshakes, row))
  );
}

function answerErrors(seen: StuckSender | undefined): Answer {
  if (!seen) return cantTell();
  const { stuck } = sizesOf(seen);
  const { model, artifact } = seen.capture;
  const ends = [model.address(seen.client), model.address(seen.server)];
  const [from, to] = seen.sender === "client" ? ends : ends.toReversed();
  const errors = model.icmp.filter(
    ({ kind, source, destination, mtu }) =>
      kind === "too-big" &&
      source === from &&
      destination === to &&
      mtu !== undefined &&
      mtu.least < stuck + HEADERS,
  );
  if (errors.length === 0) return cantTell("uncovered");
  return holds(
    errors.map((error) => ({
      artifact: artifact.path,
      text: `${error.from} says ${error.count} times that ${error.mtu?.least} bytes fit on the way from ${from} to ${to}`,
      where: { frames: [...error.frames] },
    })),
  );
}
