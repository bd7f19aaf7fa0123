import { ipvsService, listsIpvs, takenByIpvs } from "../../evidence/index.ts";
import { Outcome } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { answerByKernel, IPVS_REUSE_DROP, remedyOf } from "../fixes/index.ts";
import { citeSyns } from "../tcp/listener-loss.ts";
import { numberOf } from "../tcp/of-listener.ts";
import type { PortReuse } from "../tcp/reused-ports.ts";
import { REMEMBERED, before, portReuse, reusedAndAnswered } from "../tcp/reused-ports.ts";
import type { ListenerLoss } from "../tcp/syn-unanswered.ts";
import { synUnanswered } from "../tcp/syn-unanswered.ts";
import { count } from "../words.ts";
import { askedFor, usesIpvs } from "./asked.ts";

const MODE = "net.ipv4.vs.conn_reuse_mode";
const CONNTRACK = "net.ipv4.vs.conntrack";
const PERSISTENT = /\bpersistent\b/;
/** One SYN that is lost on a port that was used before may be an accident. */
const FEWEST = 3;

/** IPVS drops the first SYN that reuses the addresses and ports of a connection that it remembers. */
export const reuseDelay = defineCause<ListenerLoss>({
  id: "ipvs/reuse-delay",
  title: "IPVS drops the first SYN of clients that reuse a port",
  description:
    "With conn_reuse_mode=1 IPVS chooses a server anew for a SYN whose addresses and ports are those of a connection in TIME_WAIT. Where connection tracking still has the old one, kernels before 5.9 drop that SYN " +
    "to be rid of it: the client's retry, a second later, is served. Clients with few ports and many connections lose a second on each.",
  explains: [synUnanswered],
  concerns: ({ host, seen }) =>
    seen !== undefined && (usesIpvs(host) || reuseOf(seen).reused.length >= FEWEST),
  tests: [
    {
      statement:
        "the lost SYNs reuse addresses and ports of connections that had just ended, and one retry is enough",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture of some minutes on the clients' node, before and after translation",
        command: "tcpdump -i any -s 128 -w node.pcap 'tcp port PORT'",
      },
      answer: ({ seen }) => (seen ? answerTraffic(seen) : cantTell()),
    },
    {
      statement:
        "the clients ask for a virtual server of this node's IPVS, conn_reuse_mode is not 0, and vs.conntrack is on",
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the setting, and the virtual servers of the clients' node",
        command: "sysctl net.ipv4.vs; ipvsadm -Ln",
      },
      answer: answerSetting,
    },
    {
      statement: "the node's kernel drops such a SYN",
      axis: "version",
      holds: "weak",
      fails: "decisive",
      ask: { text: "the kernel of the clients' node", command: "uname -r" },
      answer({ host, seen }) {
        if (!seen || seen.atListener) return cantTell("uncovered");
        return answerByKernel(IPVS_REUSE_DROP, host.kernel);
      },
    },
  ],
  fixes: [IPVS_REUSE_DROP],
  remedy: remedyOf(IPVS_REUSE_DROP),
  references: [...IPVS_REUSE_DROP.references, "https://docs.kernel.org/networking/ipvs-sysctl.html"],
  summary({ seen, host }) {
    if (!seen) return "";
    const { reused } = reuseOf(seen);
    const { address, port } = askedFor(seen, seen.lost);
    const mode = host.sysctl(MODE);
    const set = mode.known ? ` ${mode.cite.text}.` : "";
    if (reused.length === 0)
      return `Nothing shows whether the SYNs lost on the way to ${address}:${port} reused a port.${set}`;
    return (
      `${reused.length} of ${count(seen.lost.length, "SYN")} lost on the way to ${address}:${port} came with the addresses and ports of a connection that had ended less than ${REMEMBERED} s before; ` +
      `each was served when it was sent again.${set}`
    );
  },
});

const reuseOf = (seen: ListenerLoss): PortReuse => portReuse(seen, seen.lost);

function answerTraffic(seen: ListenerLoss): Answer {
  const { handshakes } = seen.capture.model;
  const total = seen.lost.length;
  const lasting = seen.lost.filter(
    (row) => handshakes.outcome[row] === Outcome.unanswered && (handshakes.synCount[row] ?? 0) > 2,
  );
  if (lasting.length * 2 > total) {
    const text = `${lasting.length} of ${total} lost SYNs were sent three times and more without an answer; IPVS drops the first only`;
    return fails([citeSyns(seen, lasting, text)], { of: { n: 0, total } });
  }
  // The server's own socket that waits in TIME_WAIT says so (RFC 9293, section 3.10.7.4), and the client tries again as it does here.
  const challenged = seen.lost.filter((row) => (handshakes.challengeAcks[row] ?? 0) > 0);
  if (challenged.length * 2 > total) {
    const text = `${challenged.length} of ${total} SYNs came to a server, which answered for an older connection`;
    return fails([citeSyns(seen, challenged, text)], { of: { n: 0, total } });
  }
  const passed = seen.lost.filter((row) => wasTranslated(seen, row));
  if (passed.length * 2 > total) {
    const text = `${passed.length} of ${total} lost SYNs were captured behind the translation as well: they were lost later`;
    return fails([citeSyns(seen, passed, text)], { of: { n: 0, total } });
  }
  const { reused, fresh } = reuseOf(seen);
  const of = { n: reused.length, total };
  // Who used the port before the capture began nobody knows.
  const known = fresh.filter(({ row }) => (handshakes.firstTime[row] ?? 0) > REMEMBERED);
  if (known.length * 2 > total) {
    const rows = known.map(({ seen: row }) => row);
    const text = `${known.length} of ${total} lost SYNs came on ports that nobody had used for ${REMEMBERED} s`;
    return fails([citeSyns(seen, rows, text)], { of, atMost: "strong" });
  }
  if (reused.length * 2 < total || reused.length === 0) return cantTell("uncovered");
  const rows = reused.map(({ seen: row }) => row);
  const text = `${reused.length} of ${total} lost SYNs have the addresses and ports of a connection that had ended less than ${REMEMBERED} s before`;
  // Where most SYNs on used ports are answered at once, it isn't the port.
  const well = reusedAndAnswered(seen, new Set(seen.lost));
  const isTelling = reused.length >= FEWEST && well <= reused.length && isOfPorts(seen, fresh.length, well);
  return holds([citeSyns(seen, rows, text)], { of, ...(isTelling ? {} : { atMost: "weak" }) });
}

/** Whether the first SYN of an attempt was captured on its way to a real server. */
function wasTranslated(seen: ListenerLoss, row: number): boolean {
  const { server, synCount } = seen.capture.model.handshakes;
  const first = before(seen, row);
  return first !== row && server[first] !== server[row] && (synCount[row] ?? 0) >= (synCount[first] ?? 0);
}

/** Whether ports that nobody had used do better: where all clients reuse theirs, any loss falls on a used one. */
function isOfPorts(seen: ListenerLoss, lostFresh: number, wellReused: number): boolean {
  const wellFresh = seen.listener.answered - seen.lostHere.length - wellReused;
  return wellFresh >= FEWEST && lostFresh * 10 <= wellFresh + lostFresh;
}

function answerSetting({ host, seen }: About<ListenerLoss>): Answer {
  if (!seen) return cantTell();
  const mode = numberOf(host.sysctl(MODE));
  const { address, port } = askedFor(seen, seen.lost);
  const taken = takenByIpvs(host, address, port);
  if (taken.length === 0) {
    if (!listsIpvs(host))
      return mode.known && mode.value !== 0
        ? holds([mode.cite], { atMost: "weak" })
        : cantTell(mode.known ? "uncovered" : mode.why);
    const text = `ipvsadm lists no virtual server at ${address}:${port}`;
    return fails([{ artifact: host.models("ipvsadm")[0]?.artifact.path ?? "", text }], { atMost: "strong" });
  }
  if (mode.known && mode.value === 0) return fails([mode.cite]);
  // It is the entry of connection tracking for whose sake the SYN is dropped; connections with persistence are not chosen for anew.
  const tracking = numberOf(host.sysctl(CONNTRACK));
  if (tracking.known && tracking.value === 0) return fails([tracking.cite]);
  const listed = ipvsService(host, "TCP", address, port);
  if (listed && PERSISTENT.test(listed.service.text)) return fails([listed.cite], { atMost: "strong" });
  if (!mode.known) return holds(taken, { atMost: "weak" });
  // It is the kernel's default: beside what the capture shows it counts.
  const traffic = answerTraffic(seen);
  const isShown = traffic.is === "holds" && traffic.atMost === undefined;
  // A firewall that forgets closed connections late drops such SYNs as well: without a kernel that does, it may be one.
  const isTelling = isShown && host.kernel.known;
  return holds([mode.cite, ...taken.slice(0, 1)], isTelling ? {} : { atMost: "weak" });
}
