import { firstOf } from "../../bytes/index.ts";
import type { Cite } from "../../evidence/index.ts";
import type { RealServer } from "../../node/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, timeOf } from "../words.ts";
import type { UnevenServers } from "./idle-servers.ts";
import { idleServers, nameOf } from "./idle-servers.ts";

/**
 * IPVS keeps a connection for two minutes after it was closed (TIME_WAIT): of such as last for twenty minutes a tenth has just ended, and of such
 * as last for two minutes as many as are open.
 */
const FEW = 0.1;
const MANY = 1;
const NAMED = 4;

/** IPVS spreads connections, not requests: who came late gets none where clients keep theirs. */
export const unevenConnections = defineCause<UnevenServers>({
  id: "ipvs/uneven-connections",
  title: "clients keep their connections to the servers that were there before",
  description:
    "IPVS chooses a server for each new connection, and can't move one. Clients that keep theirs (HTTP keep-alive, HTTP/2, gRPC, pools) stay with the servers that were there when they " +
    "connected; pods that autoscaling or a rollout adds get next to nothing.",
  explains: [idleServers],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the busy servers' connections are kept, and few have just ended",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      answer({ seen }) {
        if (!seen) return cantTell();
        const { active, inactive } = sumOf(seen.busy);
        const says = `of the busy servers' connections ${active} are open, and ${inactive} ended in the last two minutes`;
        const cite = { artifact: seen.listing.artifact.path, text: says, where: { line: seen.service.line } };
        if (inactive <= active * FEW) return holds([cite]);
        return inactive >= active * MANY ? fails([cite]) : cantTell("uncovered");
      },
    },
    {
      statement: "the idle servers' pods became ready after the busy ones'",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the pods behind the service, with when they became ready",
        command: "kubectl get pods -A -o yaml",
      },
      answer: answerAge,
    },
  ],
  remedy: [
    "Have connections end after so many requests or minutes (keepalive_requests of nginx, MaxConnectionAge of gRPC, or the same in the server): new ones are spread anew.",
    "IPVS can't move a connection. The schedulers wlc and lc fill a new server sooner than rr does.",
  ],
  references: [
    "https://docs.kernel.org/networking/ipvs-sysctl.html",
    "https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests",
    "https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-ipvs",
  ],
  summary({ seen, host }) {
    if (!seen) return "";
    const { service, busy, idle } = seen;
    const { active, inactive } = sumOf(busy);
    const names = idle.map((each) => nameOf(host, each));
    return (
      `${service.protocol} ${service.address}:${service.port} has ${count(active, "open connection")} to ${count(busy.length, "server")}, of which next to none end (${inactive} in the last two minutes); ` +
      `${firstOf(names, NAMED)} ${idle.length === 1 ? "gets" : "get"} only what is opened anew.`
    );
  },
});

function sumOf(servers: readonly RealServer[]): { readonly active: number; readonly inactive: number } {
  return servers.reduce(
    (sum, { active = 0, inactive = 0 }) => ({
      active: sum.active + active,
      inactive: sum.inactive + inactive,
    }),
    { active: 0, inactive: 0 },
  );
}

function answerAge({ seen, host }: About<UnevenServers>): Answer {
  if (!seen) return cantTell();
  const busy = seen.busy.map((each) => host.cluster.podAt(each.address));
  const idle = seen.idle.map((each) => host.cluster.podAt(each.address));
  const pods = [...idle, ...busy].filter((pod) => pod !== undefined);
  if (pods.length < busy.length + idle.length) return cantTell("absent");
  // A pod that has gone unready since says nothing about when it was ready.
  if (pods.some(({ readySince }) => readySince === undefined)) return cantTell("uncovered");
  const last = busy.reduce(
    (latest, pod) => Math.max(latest, pod?.readySince ?? latest),
    Number.NEGATIVE_INFINITY,
  );
  const first = idle.reduce(
    (least, pod) => Math.min(least, pod?.readySince ?? least),
    Number.POSITIVE_INFINITY,
  );
  const cites = pods
    .slice(0, 2 * NAMED)
    .map((pod): Cite =>
      host.cluster.cite(
        pod.object,
        `pod ${pod.namespace}/${pod.name} has been ready since ${timeOf(pod.readySince ?? 0)}`,
      ),
    );
  if (first <= last) return fails(cites);
  return holds(cites);
}
