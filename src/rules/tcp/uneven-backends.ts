import { firstOf } from "../../bytes/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { Backend, Backends } from "./backends.ts";
import { backendsIn } from "./backends.ts";

/** A service some of whose backends get next to nothing. */
export interface UnevenBackends extends Backends {
  readonly busy: readonly Backend[];
  /** Those that get next to nothing; few connections, or none. */
  readonly idle: readonly Backend[];
}

/** A shorter capture, or one with fewer requests, shows what chance does. */
const LONG = 10;
const MANY_REQUESTS = 100;
/** Of a fair share. */
const NEXT_TO_NOTHING = 0.1;
/** By chance alone connections fall so unevenly in one of so many captures. */
const CHANCE = 0.01;
const NAMED = 6;

/** A service whose backends get very unequal numbers of connections and requests. */
export const unevenBackends = defineSymptom<UnevenBackends>({
  id: "tcp/uneven-backends",
  title: "some of a service's backends get next to no traffic",
  description:
    "In one capture some backends of a service carry less than a tenth of their share of the requests, on so few connections that chance would " +
    "seldom spread them so. The backends are those that one address was translated to, and pods that a Service selects and that were ready.",
  remedy: [
    "See whether the Service's endpoints list the idle backends, and whether clients open new connections at all.",
  ],
  references: ["https://kubernetes.io/docs/reference/networking/virtual-ips/"],
  *detect(host) {
    for (const capture of host.captures) {
      if (capture.model.duration < LONG) continue;
      for (const backends of backendsIn(capture, host.cluster)) {
        const uneven = unevenOf(backends);
        if (!uneven) continue;
        const { busy, idle, name, port } = uneven;
        const requests = sum(busy, (each) => each.requests);
        const most = `${count(requests, "request")} on ${count(sum(busy, rowsOf), "connection")}`;
        const text = `${count(busy.length, "backend")} of ${name}, port ${port}, got ${most}`;
        yield {
          subject: { kind: "service", name, port },
          summary: `${text}; ${firstOf(idle.map(describe), NAMED)}.`,
          evidence: [{ artifact: capture.artifact.path, text, where: { frames: framesOf(uneven, busy) } }],
          data: uneven,
          weight: requests,
        };
      }
    }
  },
});

function describe({ address, pod, requests, rows }: Backend): string {
  const who = pod ? `pod ${pod.namespace}/${pod.name} (${address})` : address;
  return rows.length === 0 ? `${who} got none` : `${who} got ${requests} on ${rows.length}`;
}

/** First frames of connections, the first few. */
export function framesOf({ capture }: Backends, backends: readonly Backend[]): number[] {
  const { firstFrame } = capture.model.connections;
  return backends
    .flatMap(({ rows }) => rows)
    .slice(0, NAMED)
    .map((row) => firstFrame[row] ?? 0);
}

const rowsOf = ({ rows }: Backend): number => rows.length;
const sum = (all: readonly Backend[], of: (each: Backend) => number): number =>
  all.reduce((total, each) => total + of(each), 0);

function unevenOf(backends: Backends): UnevenBackends | undefined {
  const { all } = backends;
  const requests = sum(all, (each) => each.requests);
  if (all.length < 2 || requests < MANY_REQUESTS) return undefined;
  const share = (requests / all.length) * NEXT_TO_NOTHING;
  const idle = all.filter((each) => each.requests <= share);
  if (idle.length === 0) return undefined;
  const chance = chanceOf(sum(idle, rowsOf), sum(all, rowsOf), idle.length, all.length);
  if (chance > CHANCE) return undefined;
  const uneven = { ...backends, busy: all.filter((each) => each.requests > share), idle };
  return isTranslatedHere(uneven) || isUnevenWithoutAny(uneven) ? uneven : undefined;
}

/** Whether the capture shows the translation of the connections: it was taken where the backends are chosen, and sees all of them alike. */
function isTranslatedHere({ capture, busy }: UnevenBackends): boolean {
  const { linked, server } = capture.model.connections;
  return busy.every(({ rows }) =>
    rows.every((row) => (linked[row] ?? -1) >= 0 && server[linked[row] ?? -1] !== server[row]),
  );
}

/**
 * A capture in one backend's network namespace, or on its node, shows all that comes to this one and next to nothing of the others'. So it must
 * be as uneven without any one backend, and without those of any one node.
 */
function isUnevenWithoutAny({ busy, idle }: UnevenBackends): boolean {
  const isWithout = (left: readonly Backend[]): boolean =>
    left.length > 0 &&
    chanceOf(
      sum(idle, rowsOf),
      sum(left, rowsOf) + sum(idle, rowsOf),
      idle.length,
      left.length + idle.length,
    ) <= CHANCE;
  const shared = new Set(idle.map(({ pod }) => pod?.node));
  const nodes = new Set(busy.map(({ pod }) => pod?.node).filter((node) => !shared.has(node)));
  return (
    [...nodes].every((node) => isWithout(busy.filter(({ pod }) => pod?.node !== node))) &&
    busy.every((one) => isWithout(busy.filter((each) => each !== one)))
  );
}

/**
 * How likely it is that some so many of all backends get no more of the connections, where each connection goes to any of them: a
 * binomial's lower tail, times the number of ways to choose them.
 */
export function chanceOf(got: number, connections: number, some: number, all: number): number {
  const p = some / all;
  if (p >= 1) return 1;
  // In logarithms: powers of thousands of connections are below what a number holds.
  let term = connections * Math.log1p(-p) + logChoose(all, some);
  let chance = Math.exp(term);
  for (let k = 1; k <= got; k++) {
    term += Math.log((connections - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    chance += Math.exp(term);
  }
  return Math.min(1, chance);
}

function logChoose(n: number, k: number): number {
  let log = 0;
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  return log;
}
