import type { Timed } from "../packets.ts";
import { capture, dns } from "../packets.ts";

export const POD = "10.244.1.5";
export const RESOLVER = "10.96.0.10:53";

/** One lookup of both families from one socket; times of answers are milliseconds after the queries. */
export interface Lookup {
  readonly time: number;
  readonly name?: string;
  readonly port?: number;
  /** Ids of the A and the AAAA query. */
  readonly ids: readonly [a: number, aaaa: number];
  /** After how many milliseconds each is answered; absent for never. */
  readonly a?: number;
  readonly aaaa?: number;
  readonly rcode?: number;
  /** After how many seconds what was not answered is asked again, and answered. */
  readonly retry?: number;
  readonly server?: string;
}

export function lookup({
  time,
  name = "billing.example",
  port = 40000,
  ids,
  a,
  aaaa,
  rcode = 0,
  retry,
  server = RESOLVER,
}: Lookup): Timed[] {
  const out = { from: `${POD}:${port}`, to: server };
  const back = { from: server, to: `${POD}:${port}` };
  const query = (type: "A" | "AAAA", after: number): Timed => [
    time + after,
    dns(out, { id: ids[type === "A" ? 0 : 1], type, name }),
  ];
  const answer = (type: "A" | "AAAA", after: number): Timed => [
    time + after,
    dns(back, {
      id: ids[type === "A" ? 0 : 1],
      type,
      name,
      answer: { records: type === "A" && rcode === 0 ? 1 : 0, rcode },
    }),
  ];
  const missing = [
    ...(a === undefined ? ["A" as const] : []),
    ...(aaaa === undefined ? ["AAAA" as const] : []),
  ];
  return [
    query("A", 0),
    query("AAAA", 0.00005),
    ...(a === undefined ? [] : [answer("A", a / 1000)]),
    ...(aaaa === undefined ? [] : [answer("AAAA", aaaa / 1000)]),
    ...(retry === undefined
      ? []
      : missing.flatMap((type) => [query(type, retry), answer(type, retry + 0.001)])),
  ];
}

/** Healthy lookups, each from its own port with its own ids. */
export const healthy = (count: number, from = 0): Timed[] =>
  Array.from({ length: count }, (_, i) =>
    lookup({
      time: from + i,
      name: `svc${i}.example`,
      port: 41000 + i,
      ids: [i * 7 + 1, i * 7 + 2],
      a: 1,
      aaaa: 1.2,
    }),
  ).flat();

/** A capture that goes on for long enough after its last lookup. */
export const captureOf = (...packets: readonly (readonly Timed[])[]): Uint8Array => {
  const all = packets.flat();
  return capture([...all, ...healthy(1, Math.max(...all.map(([time]) => time)) + 20)]);
};

/** As many lookups of one client, of forty names, each answered at once. */
export const answered = (count: number, aSecond: number): Timed[] =>
  Array.from({ length: count }, (_, i) =>
    lookup({
      time: i / aSecond,
      name: `svc${i % 40}.example`,
      port: 40000 + (i % 20_000),
      ids: [(i * 7 + 1) & 0xffff, (i * 7 + 2) & 0xffff],
      a: 1,
      aaaa: 1.2,
    }),
  ).flat();
