import type { Located } from "../../bundle/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import { CLOCK_DOUBT } from "../../evidence/index.ts";
import type { Pod, Service } from "../../kube/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { State } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";

/** One of the places that a service's connections go to, as far as one capture shows. */
export interface Backend {
  readonly address: string;
  /** Where it was listed. */
  readonly pod: Pod | undefined;
  /** Connections that went on when the capture began or carried a request in it, as rows of its connections. */
  readonly rows: readonly number[];
  /** Requests on them. */
  readonly requests: number;
}

/** The backends of one service. */
export interface Backends {
  readonly capture: Located<Capture>;
  /** Namespace and name, or the address and port that were translated to theirs. */
  readonly name: string;
  readonly service: Service | undefined;
  /** The backends' own. */
  readonly port: number;
  readonly all: readonly Backend[];
}

/** A pod that was ready for less of the capture shows nothing by having got no connection, in seconds. */
const LONG_READY = 10;
/** A list is of the time of a capture where it was made on the same day. */
const DAY = 86_400;

interface Seen {
  readonly rows: number[];
  requests: number;
}

/** Services whose connections a capture shows, by the address translation in it, and by the pods that were listed. */
export function* backendsIn(capture: Located<Capture>, cluster: ClusterEvidence): Generator<Backends> {
  const { connections } = capture.model;
  // Of connections that were dropped nobody knows any more whether they were kept for long.
  if (connections.dropped.length > 0) return;
  const { byServer, byOriginal } = seenIn(capture.model);
  const told = new Set<string>();
  for (const backends of ofServices(capture, cluster, byServer)) {
    const key = keyOf(backends);
    if (!told.has(key)) yield backends;
    told.add(key);
    // The same by its translated address is told.
    for (const ip of backends.service?.clusterIPs ?? []) told.add(ip);
  }
  for (const [original, byBackend] of byOriginal) {
    const { address, port } = placeOf(capture.model, original);
    if (told.has(address)) continue;
    for (const backendPort of new Set(byBackend.map(([key]) => key % PORTS))) {
      const all = byBackend
        .filter(([key]) => key % PORTS === backendPort)
        .map(([key, seen]) => {
          const { address: backend } = placeOf(capture.model, key);
          return { address: backend, pod: cluster.podAt(backend), ...seen };
        });
      yield { capture, name: `${address}:${port}`, service: undefined, port: backendPort, all };
    }
  }
}

/** The backends that are pods of a Service, those without a connection included. */
function* ofServices(
  capture: Located<Capture>,
  cluster: ClusterEvidence,
  byServer: ReadonlyMap<number, Seen>,
): Generator<Backends> {
  if (cluster.services.length === 0) return;
  const ports = new Map<Service, Set<number>>();
  for (const key of byServer.keys()) {
    const { address, port } = placeOf(capture.model, key);
    const pod = cluster.podAt(address);
    for (const service of pod && isAlike(pod) ? cluster.servicesOf(pod) : []) {
      // Who asks a headless one chooses for himself.
      if (service.clusterIP === undefined) continue;
      const known = ports.get(service);
      if (known) known.add(port);
      else ports.set(service, new Set([port]));
    }
  }
  const byPlace = new Map([...byServer].map(([key, seen]) => [textOf(capture.model, key), seen] as const));
  for (const [service, itsPorts] of ports) {
    const pods = cluster.podsOf(service);
    for (const port of itsPorts) {
      const all = pods.flatMap((pod) => backendOf(pod, port, byPlace, capture.model));
      yield { capture, name: `${service.namespace}/${service.name}`, service, port, all };
    }
  }
}

/** The pods of a StatefulSet are not alike: clients ask for the one that leads, or holds what they want. */
function isAlike({ controller, object, name }: Pod): boolean {
  // A table doesn't show what a pod is of: those of a StatefulSet are numbered.
  if (!controller && !object.isWhole) return !/-\d+$/.test(name);
  return controller?.kind !== "StatefulSet";
}

/** A pod as a backend; nothing where it has no connection and need not have one. */
function backendOf(
  pod: Pod,
  port: number,
  byPlace: ReadonlyMap<string, Seen>,
  model: Capture,
): readonly Backend[] {
  for (const address of pod.addresses) {
    const seen = byPlace.get(`${address} ${port}`);
    if (seen) return [{ address, pod, ...seen }];
  }
  const [address] = pod.addresses;
  if (address === undefined || pod.hostNetwork || !wasReady(pod, model)) return [];
  return [{ address, pod, rows: [], requests: 0 }];
}

/** Whether a pod was ready for most of a capture, of its day. */
function wasReady({ readySince, deletionTimestamp, latest }: Pod, { start, duration }: Capture): boolean {
  if (start === undefined || readySince === undefined || deletionTimestamp !== undefined) return false;
  const end = start + duration;
  if (Math.abs((latest ?? Number.NaN) - start) > DAY) return false;
  return readySince + CLOCK_DOUBT <= end - Math.max(LONG_READY, duration / 2);
}

const PORTS = 65_536;

function placeOf(model: Capture, key: number): { address: string; port: number } {
  return { address: model.address(Math.floor(key / PORTS)), port: key % PORTS };
}

function textOf(model: Capture, key: number): string {
  const { address, port } = placeOf(model, key);
  return `${address} ${port}`;
}

const keyOf = ({ all, port }: Backends): string =>
  `${port} ${all
    .map(({ address }) => address)
    .sort()
    .join(" ")}`;

type ByOriginal = Map<number, readonly [number, Seen][]>;
interface Seens {
  readonly byServer: ReadonlyMap<number, Seen>;
  readonly byOriginal: ByOriginal;
}

/** What a capture shows of each server's address and port, and of each that was translated to several. */
const seenIn: (capture: Capture) => Seens = memo(index);

function index({ connections }: Capture): Seens {
  const { state, counted, requests, server, serverPort, linked } = connections;
  const byServer = new Map<number, Seen>();
  const translated = new Map<number, Map<number, Seen>>();
  for (let row = 0; row < connections.length; row++) {
    const asked = requests[row] as number;
    // A connection that is opened and closed again without a request is a probe of the port.
    if (counted[row] !== 1 || (asked === 0 && ((state[row] as number) & State.begun) !== 0)) continue;
    const key = (server[row] as number) * PORTS + (serverPort[row] as number);
    add(byServer, key, row, asked);
    const original = linked[row] as number;
    if (original < 0 || server[original] === server[row]) continue;
    const originalKey = (server[original] as number) * PORTS + (serverPort[original] as number);
    let group = translated.get(originalKey);
    if (!group) translated.set(originalKey, (group = new Map()));
    add(group, key, row, asked);
  }
  const several = [...translated].filter(([, group]) => group.size > 1);
  return { byServer, byOriginal: new Map(several.map(([key, group]) => [key, [...group]])) };
}

function add(groups: Map<number, Seen>, key: number, row: number, requests: number): void {
  const seen = groups.get(key);
  if (!seen) groups.set(key, { rows: [row], requests });
  else {
    seen.rows.push(row);
    seen.requests += requests;
  }
}
