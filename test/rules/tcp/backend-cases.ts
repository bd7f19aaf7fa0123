import { stringify } from "yaml";
import { ACK, SYN, SYN_ACK, ip, tcp } from "../../pcap/frames.ts";
import { capture } from "../packets.ts";

const PSH_ACK = 24;
/** When captures of these tests begin. */
const START = 1_700_000_000;
const at = (seconds: number) => new Date((START + seconds) * 1000).toISOString().replace(".000", "");

/** A connection of a client, numbered, to a backend. */
export interface Kept {
  readonly client: number;
  readonly to: string;
  readonly requests: number;
  /** The address that the client asked, where it was translated in between. */
  readonly via?: string;
  /** Seconds of its SYN; one that went on before the capture has none. */
  readonly begun?: number;
  /** The last request's; the first one's is the beginning, or 1. */
  readonly until?: number;
}

type Frame = readonly [number, number[]];

function framesOf({ client, to, requests, begun, until = 29 }: Kept): Frame[] {
  const from = `10.0.1.${1 + (client % 200)}`;
  const ports = { client: 40_000 + client, server: 8080 };
  // Of one number they would be copies of one connection, before and behind a translation.
  let [mine, its, id] = [1_000_003 * (client + 1), 5_000_011 * (client + 1), 1];
  const packet = (time: number, isClient: boolean, flags: number, length = 0): Frame => {
    const ends = isClient ? { from, to } : { from: to, to: from };
    const [own, other] = isClient ? [ports.client, ports.server] : [ports.server, ports.client];
    const [seq, ack] = isClient ? [mine, its] : [its, mine];
    const body = { from: own, to: other, seq, ack, flags, window: 1024, payload: new Uint8Array(length) };
    if (isClient) mine += length;
    else its += length;
    return [time, [...ip({ ...ends, id: id++ }, 6, tcp(body))]];
  };
  const first = begun ?? 1;
  const frames: Frame[] = [];
  if (begun !== undefined) {
    frames.push(packet(first, true, SYN));
    mine++;
    frames.push(packet(first + 0.001, false, SYN_ACK));
    its++;
    frames.push(packet(first + 0.002, true, ACK));
  }
  for (let i = 0; i < requests; i++) {
    const time = first + 0.01 + client / 1000 + (i * (until - first)) / Math.max(requests, 1);
    frames.push(packet(time, true, PSH_ACK, 100), packet(time + 0.002, false, PSH_ACK, 200));
    frames.push(packet(time + 0.003, true, ACK));
  }
  return frames;
}

/** The same packets before the translation, too. */
const copiesOf = (kept: Kept): Frame[] =>
  kept.via === undefined
    ? framesOf(kept)
    : [
        ...framesOf({ ...kept, to: kept.via }),
        ...framesOf(kept).map(([time, packet]): Frame => [time + 0.00005, packet]),
      ];

/** Thirty seconds of some connections. */
export const captureOfKept = (all: readonly Kept[]): Uint8Array => capture(all.flatMap(copiesOf));

/** Connections that each go on all the time, turn by turn to some addresses. */
export const keptTo = (addresses: readonly string[], n = 20, requests = 10): Kept[] =>
  Array.from({ length: n }, (_, client) => ({
    client,
    to: addresses[client % addresses.length] ?? "",
    requests,
  }));

/** A pod of the Deployment, ready since so many seconds of the capture. */
export const podOf = (
  address: string,
  ready: number,
  more: { unready?: boolean; kind?: string; node?: string } = {},
) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `web-7d94-${address.replaceAll(".", "-")}`,
    namespace: "shop",
    uid: address,
    creationTimestamp: at(ready - 10),
    labels: { app: "web" },
    ownerReferences: [{ kind: more.kind ?? "ReplicaSet", name: "web-7d94", controller: true }],
  },
  spec: { nodeName: more.node ?? `node-${address}` },
  status: {
    podIP: address,
    phase: "Running",
    conditions: [{ type: "Ready", status: more.unready ? "False" : "True", lastTransitionTime: at(ready) }],
  },
});

export const serviceOf = (spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { clusterIP: "10.96.0.9", selector: { app: "web" }, sessionAffinity: "None", ...spec },
});

export const sliceOf = (ready: readonly string[], not: readonly string[] = []) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "web-x7k2p", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
  endpoints: [
    ...ready.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ...not.map((address) => ({ addresses: [address], conditions: { ready: false } })),
  ],
});

/** A bundle of a capture and objects of the cluster. */
export const bundleOf = (all: readonly Kept[], ...objects: readonly object[]) => ({
  "node-s/any.pcap": captureOfKept(all),
  ...(objects.length > 0 && {
    "cluster/objects.yaml": objects.map((object) => stringify(object)).join("---\n"),
  }),
});
