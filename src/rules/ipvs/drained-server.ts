import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { ipvsConnection, ipvsService, listsIpvs } from "../../evidence/index.ts";
import { Outcome } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { hasDefect, IPVS_DRAINED, remedyOf } from "../fixes/index.ts";
import { connectionRefused } from "../tcp/connection-refused.ts";
import type { ListenerTraffic } from "../tcp/listener-loss.ts";
import { citeSyns, lostHereRows, lostRows, rowsWith } from "../tcp/listener-loss.ts";
import { numberOf } from "../tcp/of-listener.ts";
import { REMEMBERED, before, freshAndAnswered, portReuse } from "../tcp/reused-ports.ts";
import { synUnanswered } from "../tcp/syn-unanswered.ts";
import { count } from "../words.ts";
import { askedFor, usesIpvs } from "./asked.ts";

const MODE = "net.ipv4.vs.conn_reuse_mode";
const EXPIRE = "net.ipv4.vs.expire_nodest_conn";
const FEWEST = 3;
/** So many connections on other ports that all came through did not meet the server that fails: not even of two by chance. */
const SPARED = 6;
const CITED = 4;

/** IPVS sends a new connection on a used port to the server of the old one, though that one takes no new connections. */
export const drainedServer = defineCause<ListenerTraffic>({
  id: "ipvs/drained-server",
  title: "IPVS sends new connections on used ports to a server that is being drained",
  description:
    "With conn_reuse_mode=0 a SYN whose addresses and ports are those of a connection that IPVS remembers goes to the same real server, even where that has weight 0: kube-proxy gives it to pods that are being deleted. " +
    "As each such SYN renews the entry, a client with few ports keeps on asking a pod that is gone.",
  explains: [synUnanswered, connectionRefused],
  concerns: ({ host, seen }) => seen !== undefined && usesIpvs(host),
  tests: [
    {
      statement: "the SYNs that failed were sent to real servers of weight 0",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "virtual and real servers, and the connections that are kept, of the clients' node",
        command: "ipvsadm -Ln; ipvsadm -Lnc",
      },
      answer: ({ host, seen }) => (seen ? answerServers(host, seen) : cantTell()),
    },
    {
      statement:
        "the SYNs that failed reuse addresses and ports of connections that had just ended, and others come through",
      axis: "traffic",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "a capture of some minutes on the clients' node, before and after translation",
        command: "tcpdump -i any -s 128 -w node.pcap 'tcp port PORT'",
      },
      answer: ({ seen }) => (seen ? answerTraffic(seen) : cantTell()),
    },
    {
      statement: "the node's IPVS sends them there: conn_reuse_mode is 0",
      axis: "config",
      holds: "weak",
      fails: "decisive",
      ask: {
        text: "the settings of the clients' node, and its kernel",
        command: "sysctl net.ipv4.vs; uname -r",
      },
      answer: answerSetting,
    },
  ],
  fixes: [IPVS_DRAINED],
  remedy: remedyOf(IPVS_DRAINED),
  references: [...IPVS_DRAINED.references, "https://docs.kernel.org/networking/ipvs-sysctl.html"],
  summary({ seen, host }) {
    if (!seen) return "";
    const failed = failedRows(seen);
    const { address, port } = askedFor(seen, failed);
    const drained = sentTo(host, seen, failed).filter(({ weight }) => weight === 0);
    const servers = [...new Set(drained.map(({ name }) => name))];
    const to =
      servers.length > 0
        ? `, sent to ${servers.slice(0, CITED).join(", ")}, which ${servers.length === 1 ? "has" : "have"} weight 0`
        : "";
    const { reused } = portReuse(seen, failed);
    return `${count(failed.length, "SYN")} for ${address}:${port} failed${to}; ${reused.length} of them came with the addresses and ports of a connection that had ended less than ${REMEMBERED} s before.`;
  },
});

/** Attempts that came to nothing, or needed a second SYN. */
function failedRows(seen: ListenerTraffic): readonly number[] {
  return [...rowsWith(seen, Outcome.refused), ...lostRows(seen), ...lostHereRows(seen)];
}

interface SentTo {
  readonly row: number;
  readonly name: string;
  /** Of the real server; `undefined` where the listing has it no more. */
  readonly weight: number | undefined;
  readonly cite: Cite;
}

/** Where IPVS sent SYNs, by the capture behind the translation or by the connections that it keeps. */
function sentTo(host: HostEvidence, seen: ListenerTraffic, rows: readonly number[]): SentTo[] {
  const { handshakes } = seen.capture.model;
  const { client, clientPort, server, serverPort, address } = {
    ...handshakes,
    address: (id: number) => handshakes.address(id),
  };
  return rows.flatMap((row): SentTo[] => {
    const first = before(seen, row);
    const asked = address(server[first] ?? 0);
    const listed = ipvsService(host, "TCP", asked, serverPort[first] ?? 0);
    if (!listed) return [];
    if (first !== row) {
      const [at, port] = [address(server[row] ?? 0), serverPort[row] ?? 0];
      const real = listed.service.servers.find((each) => each.address === at && each.port === port);
      if (!real) return [];
      const cite = { artifact: listed.listing.artifact.path, text: real.text, where: { line: real.line } };
      return [{ row, name: `${at}:${port}`, weight: real.weight, cite }];
    }
    const source = `${address(client[first] ?? 0)}:${clientPort[first]}`;
    const kept = ipvsConnection(host, "TCP", source, `${asked}:${serverPort[first]}`);
    if (!kept?.server) return [];
    return [{ row, name: kept.connection.destination, weight: kept.server.weight, cite: kept.cite }];
  });
}

function answerServers(host: HostEvidence, seen: ListenerTraffic): Answer {
  const failed = failedRows(seen);
  const { address, port } = askedFor(seen, failed);
  const listed = ipvsService(host, "TCP", address, port);
  if (!listed) {
    if (!listsIpvs(host)) return cantTell();
    const text = `ipvsadm lists no virtual server at ${address}:${port}`;
    return fails([{ artifact: host.models("ipvsadm")[0]?.artifact.path ?? "", text }]);
  }
  const sent = sentTo(host, seen, failed);
  const drained = sent.filter(({ weight }) => weight === 0);
  const of = { n: drained.length, total: failed.length };
  if (drained.length * 2 >= failed.length && drained.length > 0) {
    const cites = new Map(drained.map(({ name, cite }) => [name, cite]));
    return holds([...cites.values()].slice(0, CITED), {
      of,
      ...(drained.length < FEWEST ? { atMost: "weak" } : {}),
    });
  }
  const serving = sent.filter(({ weight }) => weight !== undefined && weight > 0);
  if (serving.length * 2 > failed.length)
    return fails(
      serving.slice(0, CITED).map(({ cite }) => cite),
      { of },
    );
  const zero = listed.service.servers.filter(({ weight }) => weight === 0);
  const cites = zero
    .slice(0, CITED)
    .map(({ text, line }) => ({ artifact: listed.listing.artifact.path, text, where: { line } }));
  // Which of the servers was asked, the client's side doesn't show.
  if (zero.length > 0) return holds(cites, { atMost: "weak" });
  return fails([listed.cite], { atMost: "weak" });
}

function answerTraffic(seen: ListenerTraffic): Answer {
  const failed = failedRows(seen);
  const total = failed.length;
  const { handshakes } = seen.capture.model;
  const { reused, fresh } = portReuse(seen, failed);
  const of = { n: reused.length, total };
  const known = fresh.filter(({ row }) => (handshakes.firstTime[row] ?? 0) > REMEMBERED);
  if (known.length * 2 > total) {
    const text = `${known.length} of ${total} SYNs that failed came on ports that nobody had used for ${REMEMBERED} s`;
    return fails(
      [
        citeSyns(
          seen,
          known.map(({ seen: row }) => row),
          text,
        ),
      ],
      { of },
    );
  }
  // The next SYN finds the entry as well, and renews it.
  const served = failed.filter((row) => isServedAgain(seen, row));
  if (served.length * 2 > total) {
    const again = `${served.length} of ${total} SYNs that failed were served when they were sent a second time; IPVS would have sent that one to the same server`;
    return fails([citeSyns(seen, served, again)], { of: { n: 0, total } });
  }
  if (reused.length === 0 || reused.length * 2 < total) return cantTell("uncovered");
  const text = `${reused.length} of ${total} SYNs that failed have the addresses and ports of a connection that had ended less than ${REMEMBERED} s before`;
  // A server that is gone fails everybody who is sent there, before it is drained. Then IPVS still chose it for ports that nobody had used.
  const isSpared = freshAndAnswered(seen, reused[0]?.row ?? 0) >= SPARED;
  const isTelling = reused.length >= FEWEST && fresh.length * 10 <= reused.length && isSpared;
  return holds(
    [
      citeSyns(
        seen,
        reused.map(({ seen: row }) => row),
        text,
      ),
    ],
    { of, ...(isTelling ? {} : { atMost: "weak" }) },
  );
}

/** Whether an attempt came about by its second SYN. */
function isServedAgain(seen: ListenerTraffic, row: number): boolean {
  const { outcome, synCount } = seen.capture.model.handshakes;
  const isAnswered = outcome[row] === Outcome.answered || outcome[row] === Outcome.answeredLate;
  return isAnswered && (synCount[before(seen, row)] ?? 0) === 2;
}

function answerSetting({ host, seen }: About<ListenerTraffic>): Answer {
  if (!seen) return cantTell();
  const { kernel } = host;
  const mode = numberOf(host.sysctl(MODE));
  const expire = numberOf(host.sysctl(EXPIRE));
  const isFixed = kernel.known && hasDefect(IPVS_DRAINED, kernel.value.text) === false;
  if (isFixed && expire.known && expire.value !== 0) return fails([kernel.cite, expire.cite]);
  if (!mode.known) return cantTell(mode.why);
  // With 1 and expire_nodest_conn off a connection that has not ended in IPVS's eyes is kept all the same.
  if (mode.value !== 0)
    return fails([mode.cite], expire.known && expire.value !== 0 ? {} : { atMost: "strong" });
  return holds([mode.cite]);
}
