import type { Cite } from "../../evidence/index.ts";
import { CLOCK_DOUBT } from "../../evidence/index.ts";
import { State } from "../../pcap/index.ts";
import { byClock } from "../by-clock.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count, percent, timeOf } from "../words.ts";
import type { Backend } from "./backends.ts";
import type { UnevenBackends } from "./uneven-backends.ts";
import { chanceOf, framesOf, unevenBackends } from "./uneven-backends.ts";

/** A connection that carries so many requests is kept, even if the capture shows its beginning. */
const KEPT_REQUESTS = 20;
/** Of the busy backends' requests those on kept connections: nearly all, or not even half. */
const MOST = 0.9;
const HALF = 0.5;
/** By chance alone new connections all go elsewhere in one of so many captures. */
const CHANCE = 0.01;

/** Clients keep their connections to the backends that were there when they began. */
export const longLivedConnections = defineCause<UnevenBackends>({
  id: "tcp/long-lived-connections",
  title: "clients keep their connections to the old backends",
  description:
    "A service spreads connections over its backends, and not requests. Clients that keep theirs (HTTP keep-alive, HTTP/2, gRPC, pools) send every " +
    "request to the backends that were there when they connected; pods that autoscaling adds get next to nothing.",
  explains: [unevenBackends],
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement:
        "the busy backends' requests come on connections that are kept, and next to none is opened anew",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture of some minutes where all clients of the service pass by, such as the ingress",
        command: "tcpdump -i any -s 128 -w backends.pcap 'tcp port PORT'",
      },
      answer: ({ host, seen }) => (seen ? byClock(host, answerTraffic(seen)) : cantTell()),
    },
    {
      statement: "the idle backends' pods became ready after the busy ones'",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the service's pods, with when they became ready",
        command: "kubectl get pods -n NAMESPACE -o yaml",
      },
      answer: answerAge,
    },
    {
      statement: "the service's endpoints list the idle backends",
      axis: "state",
      holds: "weak",
      fails: "strong",
      ask: {
        text: "the service's endpoints",
        command: "kubectl get endpointslices -n NAMESPACE -o yaml",
      },
      answer: answerEndpoints,
    },
    {
      statement: "the service does not tie a client to one backend",
      axis: "config",
      holds: "weak",
      fails: "decisive",
      ask: { text: "the Service", command: "kubectl get services -n NAMESPACE -o yaml" },
      answer({ seen, host }) {
        const service = seen?.service;
        if (!service) return cantTell("absent");
        const text = `Service ${service.namespace}/${service.name}: sessionAffinity ${service.sessionAffinity ?? "not set"}`;
        const cites = [host.cluster.cite(service.object, text)];
        return service.sessionAffinity === "ClientIP" ? fails(cites) : holds(cites);
      },
    },
  ],
  remedy: [
    "Close connections after some requests or some time: keepalive_requests and keepalive_time in nginx, the server's maximum connection age in gRPC (MAX_CONNECTION_AGE), a pool's maximum lifetime.",
    "Or balance requests, not connections: a proxy that understands the protocol, a service mesh, or balancing in the client.",
  ],
  references: [
    "https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests",
    "https://grpc.io/blog/grpc-load-balancing/",
    "https://grpc.io/docs/guides/keepalive/",
  ],
  summary({ seen }) {
    if (!seen) return "No unevenly used service was seen.";
    const { keptRequests, requests, fresh } = keptBy(seen);
    const idle = seen.idle.length === 1 ? "1 of them gets" : `${seen.idle.length} of them get`;
    return (
      `${seen.name} has ${count(seen.busy.length + seen.idle.length, "backend")}, and ${idle} next to nothing. ${percent(keptRequests, requests)} of ` +
      `${count(requests, "request")} came on connections that are kept; ${count(fresh.length, "connection")} ${fresh.length === 1 ? "was" : "were"} opened anew.`
    );
  },
});

/** When the last of some backends became ready; those of which nobody knows count as another time. */
function latestOf(backends: readonly Backend[], unknown: number): number {
  return backends.reduce(
    (latest, { pod }) => Math.max(latest, pod?.readySince ?? unknown),
    Number.NEGATIVE_INFINITY,
  );
}

interface Kept {
  /** Requests to the busy backends, and those of them on connections that are kept. */
  readonly requests: number;
  readonly keptRequests: number;
  /** The busy backends' connections that are kept. */
  readonly kept: number;
  /** Connections to any backend that began in the capture while the idle ones were ready, as rows. */
  readonly fresh: readonly number[];
  /** Those of them to the idle ones. */
  readonly freshToIdle: number;
}

function keptBy(seen: UnevenBackends): Kept {
  const { start = 0, connections } = seen.capture.model;
  const { state, requests, firstTime } = connections;
  const hasBegun = (row: number): boolean => ((state[row] ?? 0) & State.begun) !== 0;
  const isKept = (row: number): boolean => !hasBegun(row) || (requests[row] ?? 0) >= KEPT_REQUESTS;
  const busy = seen.busy.flatMap(({ rows }) => rows);
  const kept = busy.filter(isKept);
  const since = latestOf(seen.idle, Number.NEGATIVE_INFINITY);
  const isFresh = (row: number): boolean =>
    hasBegun(row) && start + (firstTime[row] ?? 0) > since + CLOCK_DOUBT;
  const toIdle = seen.idle.flatMap(({ rows }) => rows).filter(isFresh);
  const sum = (rows: readonly number[]): number =>
    rows.reduce((total, row) => total + (requests[row] ?? 0), 0);
  return {
    requests: sum(busy),
    keptRequests: sum(kept),
    kept: kept.length,
    fresh: [...busy.filter(isFresh), ...toIdle],
    freshToIdle: toIdle.length,
  };
}

function answerTraffic(seen: UnevenBackends): Answer {
  const { requests, keptRequests, kept, fresh, freshToIdle } = keptBy(seen);
  const { path } = seen.capture.artifact;
  const of = { n: keptRequests, total: requests };
  const where = { frames: framesOf(seen, seen.busy) };
  const all = seen.busy.length + seen.idle.length;
  if (chanceOf(freshToIdle, fresh.length, seen.idle.length, all) <= CHANCE) {
    const text = `of ${count(fresh.length, "connection")} that began in the capture ${freshToIdle === 0 ? "none" : freshToIdle} went to the idle backends: new ones avoid them, too`;
    return fails([{ artifact: path, text, where }], { of });
  }
  const share = keptRequests / requests;
  const text = `${keptRequests} of ${count(requests, "request")} to the busy backends came on ${count(kept, "connection")} that began before the capture or carried ${KEPT_REQUESTS} requests or more`;
  if (share < HALF) return fails([{ artifact: path, text, where }], { of });
  return holds([{ artifact: path, text, where }], { of, ...(share < MOST && { atMost: "weak" }) });
}

const nameOf = ({ address, pod }: Backend): string => (pod ? `pod ${pod.namespace}/${pod.name}` : address);

function answerAge({ seen, host }: About<UnevenBackends>): Answer {
  if (!seen) return cantTell();
  const readyOf = ({ pod }: Backend): number => pod?.readySince ?? Number.NaN;
  // A pod that has gone unready since, or is being deleted, says nothing about when it was ready.
  const all = [...seen.busy, ...seen.idle];
  if (all.some((each) => !each.pod)) return cantTell("absent");
  if (all.some((each) => Number.isNaN(readyOf(each)))) return cantTell("uncovered");
  const latest = latestOf(seen.busy, Number.NaN);
  const cites = all
    .slice(0, 8)
    .flatMap((each): Cite[] =>
      each.pod
        ? [
            host.cluster.cite(
              each.pod.object,
              `${nameOf(each)} has been ready since ${timeOf(readyOf(each))}`,
            ),
          ]
        : [],
    );
  if (!seen.idle.every((each) => readyOf(each) > latest + CLOCK_DOUBT)) return fails(cites);
  // A Service that ties clients to pods looks the same.
  return holds(cites, seen.service ? {} : { atMost: "weak" });
}

function answerEndpoints({ seen, host }: About<UnevenBackends>): Answer {
  const service = seen?.service;
  if (!seen || !service) return cantTell("absent");
  const listed = host.cluster.endpoints.filter(
    (each) => each.service === service.name && each.namespace === service.namespace,
  );
  if (listed.length === 0) return cantTell("absent");
  const ready = new Set(listed.flatMap((each) => each.ready));
  // A list that lacks what is in use is of another time.
  if (!seen.busy.every(({ address }) => ready.has(address))) return cantTell("uncovered");
  const without = seen.idle.filter(({ address }) => !ready.has(address));
  const says =
    without.length === 0
      ? "lists the idle backends as ready"
      : `does not list ${without.map(nameOf).join(", ")} as ready`;
  const cites = listed
    .slice(0, 4)
    .map(({ object }) => host.cluster.cite(object, `${object.kind} ${object.name ?? ""} ${says}`));
  return without.length === 0 ? holds(cites) : fails(cites);
}
