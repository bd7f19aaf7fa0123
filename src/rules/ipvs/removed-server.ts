import type { HostEvidence, KeptConnection } from "../../evidence/index.ts";
import { ipvsConnection, ipvsService, listsIpvs, listsIpvsConnections } from "../../evidence/index.ts";
import { failedLookup } from "../dns/failed-lookup.ts";
import type { DnsTrouble } from "../dns/dns-trouble.ts";
import { clientOf, isSilent, serverOf } from "../dns/dns-trouble.ts";
import { slowLookup } from "../dns/slow-lookup.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { numberOf } from "../tcp/of-listener.ts";
import type { StuckSender } from "../tcp/retransmission-timeout.ts";
import { retransmissionTimeout } from "../tcp/retransmission-timeout.ts";
import { count } from "../words.ts";
import { usesIpvs } from "./asked.ts";

const EXPIRE = "net.ipv4.vs.expire_nodest_conn";
const CITED = 4;

type Stuck = StuckSender | DnsTrouble;

/** One who sends through IPVS, with whom he asks. */
interface Flow {
  readonly protocol: "TCP" | "UDP";
  readonly source: string;
  readonly address: string;
  readonly port: number;
}

/** IPVS drops what belongs to a connection whose server was taken off, and keeps the connection. */
export const removedServer = defineCause<Stuck>({
  id: "ipvs/removed-server",
  title: "IPVS drops packets of connections whose server was removed",
  description:
    "With expire_nodest_conn=0 IPVS keeps a connection whose real server was taken off, and drops its packets in silence until the entry times out: 15 minutes for TCP, 5 minutes for UDP, and each packet of the client begins them anew. " +
    "The client sends again and again; a resolver that keeps its port gets no answer more.",
  explains: [retransmissionTimeout, slowLookup, failedLookup],
  concerns: ({ host, seen }) => seen !== undefined && usesIpvs(host),
  tests: [
    {
      statement: "IPVS keeps these connections for servers that it has no more",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "virtual and real servers, and the connections that are kept, of the clients' node",
        command: "ipvsadm -Ln; ipvsadm -Lnc",
      },
      answer: ({ host, seen }) => (seen ? answerConnections(host, seen) : cantTell()),
    },
    {
      statement: "the node's IPVS keeps connections whose server was removed: expire_nodest_conn is 0",
      axis: "config",
      holds: "strong",
      fails: "strong",
      ask: { text: "the setting of the clients' node", command: "sysctl net.ipv4.vs.expire_nodest_conn" },
      answer: answerSetting,
    },
  ],
  remedy: [
    "Set net.ipv4.vs.expire_nodest_conn=1, as kube-proxy does: the client's next packet then ends the entry, and it connects anew.",
    "What is stuck now ends when its program is restarted, or after the timeout of IPVS (ipvsadm -L --timeout).",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/71358",
    "https://docs.kernel.org/networking/ipvs-sysctl.html",
  ],
  summary({ seen, host }) {
    if (!seen) return "";
    const flows = flowsOf(seen);
    const orphans = keptOf(host, flows).filter(({ server }) => server === undefined);
    const [first] = flows;
    const at = first ? `${first.address}:${first.port}` : "";
    if (orphans.length === 0) return `Nothing shows to which server of ${at} IPVS sends what gets no answer.`;
    const to = [...new Set(orphans.map(({ connection }) => connection.destination))]
      .slice(0, CITED)
      .join(", ");
    return `IPVS keeps ${orphans.length} of ${count(flows.length, "flow")} to ${at} that get no answer for ${to}, which ${at} has no more.`;
  },
});

const isStuck = (seen: Stuck): seen is StuckSender => "sender" in seen;

/** What gets no answer. */
function flowsOf(seen: Stuck): readonly Flow[] {
  if (isStuck(seen)) {
    const { connections } = seen.capture.model;
    return seen.rows.map((each) => {
      const copy = connections.linked[each] ?? -1;
      const row = copy === -1 ? each : copy;
      const source = `${connections.address(connections.client[row] ?? 0)}:${connections.clientPort[row]}`;
      const address = connections.address(connections.server[row] ?? 0);
      return { protocol: "TCP", source, address, port: connections.serverPort[row] ?? 0 };
    });
  }
  const all = seen.troubled.filter(isSilent).map((query): Flow => {
    const source = `${clientOf(query)}:${query.original?.clientPort ?? query.clientPort}`;
    const protocol = query.transport === "tcp" ? "TCP" : "UDP";
    return {
      protocol,
      source,
      address: serverOf(query),
      port: query.original?.serverPort ?? query.serverPort,
    };
  });
  return [...new Map(all.map((flow) => [`${flow.protocol} ${flow.source}`, flow])).values()];
}

const keptOf = (host: HostEvidence, flows: readonly Flow[]): KeptConnection[] =>
  flows.flatMap(({ protocol, source, address, port }) => {
    const kept = ipvsConnection(host, protocol, source, `${address}:${port}`);
    return kept ? [kept] : [];
  });

function answerConnections(host: HostEvidence, seen: Stuck): Answer {
  // Who waits for the client's acknowledgements was reached.
  if (isStuck(seen) && seen.sender === "server") return cantTell("uncovered");
  const flows = flowsOf(seen);
  const [first] = flows;
  if (!first) return cantTell("uncovered");
  if (!ipvsService(host, first.protocol, first.address, first.port)) {
    if (!listsIpvs(host)) return cantTell();
    const text = `ipvsadm lists no virtual server at ${first.address}:${first.port}`;
    return fails([{ artifact: host.models("ipvsadm")[0]?.artifact.path ?? "", text }], { atMost: "strong" });
  }
  if (!listsIpvsConnections(host)) return cantTell("absent");
  const kept = keptOf(host, flows);
  const orphans = kept.filter(({ server }) => server === undefined);
  const of = { n: orphans.length, total: flows.length };
  const cites = (those: readonly KeptConnection[]) => those.slice(0, CITED).map(({ cite }) => cite);
  if (orphans.length > 0 && orphans.length * 2 >= flows.length) {
    const listing = ipvsService(host, first.protocol, first.address, first.port);
    const servers = (listing?.service.servers ?? [])
      .map(({ address, port }) => `${address}:${port}`)
      .slice(0, CITED);
    const has = `${first.address}:${first.port} has ${servers.length === 0 ? "no real server" : servers.join(", ")}`;
    return holds([...cites(orphans), ...(listing ? [{ ...listing.cite, text: has }] : [])], { of });
  }
  if (kept.length > 0 && orphans.length === 0)
    return fails(cites(kept), { of, ...(kept.length === flows.length ? {} : { atMost: "strong" }) });
  return cantTell("uncovered");
}

function answerSetting({ host, seen }: About<Stuck>): Answer {
  if (!seen) return cantTell();
  const expire = numberOf(host.sysctl(EXPIRE));
  if (!expire.known) return cantTell(expire.why);
  if (expire.value !== 0) return fails([expire.cite]);
  // That it is 0 is so on most nodes with IPVS and without kube-proxy: beside a connection whose server is gone it counts.
  const isSeen = answerConnections(host, seen).is === "holds";
  return holds([expire.cite], isSeen ? {} : { atMost: "weak" });
}
