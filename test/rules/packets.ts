/** A little writer of captures: classic pcap, raw IPv4, microseconds. Times are seconds since the capture's start. */

const FLAGS = { syn: 2, rst: 4, ack: 16, synAck: 18, rstAck: 20, finAck: 17 } as const;

interface Endpoints {
  readonly from: string;
  readonly to: string;
}

let ipId = 1;

const u16 = (value: number) => [(value >> 8) & 255, value & 255];
const u32 = (value: number) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const le32 = (value: number) => u32(value).reverse();
const address = (endpoint: string) => (endpoint.split(":")[0] ?? "").split(".").map(Number);
const port = (endpoint: string) => u16(Number(endpoint.split(":")[1] ?? 0));

function ip(protocol: number, { from, to }: Endpoints, payload: readonly number[]): number[] {
  const header = [0x45, 0, ...u16(20 + payload.length), ...u16(ipId++), 0x40, 0, 64, protocol, 0, 0];
  return [...header, ...address(from), ...address(to), ...payload];
}

/** A TCP segment with a timestamps option where a TSval is given. */
export function tcp(
  ends: Endpoints,
  flags: keyof typeof FLAGS,
  { seq = 1000, ack = 0, tsval }: { seq?: number; ack?: number; tsval?: number | undefined } = {},
): number[] {
  const options = tsval === undefined ? [] : [1, 1, 8, 10, ...u32(tsval), ...u32(0)];
  const offset = (5 + options.length / 4) << 4;
  const header = [
    ...port(ends.from),
    ...port(ends.to),
    ...u32(seq),
    ...u32(ack),
    offset,
    FLAGS[flags],
    0xfa,
    0,
    0,
    0,
    0,
    0,
  ];
  return ip(6, ends, [...header, ...options]);
}

/** An ICMP destination unreachable about a packet. */
export function unreachable(from: string, code: number, about: readonly number[]): number[] {
  const to = about.slice(12, 16).join(".");
  return ip(1, { from, to }, [3, code, 0, 0, 0, 0, 0, 0, ...about.slice(0, 28)]);
}

/** What a DNS message says. */
export interface DnsWords {
  readonly id: number;
  readonly type: "A" | "AAAA";
  readonly name: string;
  /** Absent for a query. */
  readonly answer?: { readonly records: number; readonly rcode?: number };
}

/** A DNS message over UDP. */
export function dns(ends: Endpoints, { id, type, name, answer }: DnsWords): number[] {
  const labels = name.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  const qtype = u16(type === "A" ? 1 : 28);
  const question = [...labels, 0, ...qtype, 0, 1];
  const records = Array.from({ length: answer?.records ?? 0 }, (_, i) => {
    const data = type === "A" ? [10, 0, 0, i + 1] : [0xfd, ...Array.from({ length: 14 }, () => 0), i + 1];
    return [0xc0, 12, ...qtype, 0, 1, 0, 0, 0, 60, ...u16(data.length), ...data];
  });
  const flags = answer ? [0x81, 0x80 | (answer.rcode ?? 0)] : [1, 0];
  const message = [
    ...u16(id),
    ...flags,
    ...u16(1),
    ...u16(records.length),
    0,
    0,
    0,
    0,
    ...question,
    ...records.flat(),
  ];
  return ip(17, ends, [...port(ends.from), ...port(ends.to), ...u16(8 + message.length), 0, 0, ...message]);
}

/** One packet at a time. */
export type Timed = readonly [time: number, packet: readonly number[]];

/** The capture file of some packets, in time order. */
export function capture(packets: readonly Timed[]): Uint8Array {
  const LINKTYPE_RAW = 101;
  const header = [
    ...le32(0xa1b2c3d4),
    2,
    0,
    4,
    0,
    ...le32(0),
    ...le32(0),
    ...le32(262144),
    ...le32(LINKTYPE_RAW),
  ];
  const records = [...packets]
    .sort((a, b) => a[0] - b[0])
    .flatMap(([time, packet]) => {
      const micros = Math.round(time * 1e6);
      const seconds = 1_700_000_000 + Math.floor(micros / 1e6);
      return [
        ...le32(seconds),
        ...le32(micros % 1e6),
        ...le32(packet.length),
        ...le32(packet.length),
        ...packet,
      ];
    });
  return Uint8Array.from([...header, ...records]);
}

/** A connection attempt as the listener's side sees it. */
export interface Attempt {
  readonly time: number;
  readonly from: string;
  readonly to: string;
  readonly tsval?: number;
  readonly outcome: "answered" | "silence" | "late" | "refused";
  /** Seconds that the listener's answer takes; the client's follow at once. */
  readonly distance?: number;
}

/** The packets of an attempt: silence is retried after 1, 3 and 7 s; what is answered is closed by the server at once. */
export function attempt({ time, from, to, tsval, outcome, distance = 0 }: Attempt): Timed[] {
  const out = { from, to };
  const back = { from: to, to: from };
  const seq = 5000 + Math.round(time * 1000);
  const ts = (after: number) => (tsval === undefined ? undefined : (tsval + after * 1000) >>> 0);
  const syn = (after: number): Timed => [time + after, tcp(out, "syn", { seq, tsval: ts(after) })];
  if (outcome === "silence") return [0, 1, 3, 7].map(syn);
  if (outcome === "refused") return [syn(0), [time + 0.0001, tcp(back, "rstAck", { ack: seq + 1 })]];
  const start = outcome === "late" ? 1 : 0;
  const at = (after: number) => time + start + distance + after;
  return [
    ...(start > 0 ? [syn(0)] : []),
    syn(start),
    [at(0.0001), tcp(back, "synAck", { seq: 9000, ack: seq + 1, tsval: 77 })],
    [at(0.0002), tcp(out, "ack", { seq: seq + 1, ack: 9001, tsval: ts(start) })],
    [at(0.0003), tcp(back, "finAck", { seq: 9001, ack: seq + 1, tsval: 77 })],
    [at(0.0004), tcp(out, "finAck", { seq: seq + 1, ack: 9002, tsval: ts(start) })],
    [at(0.0005), tcp(back, "ack", { seq: 9002, ack: seq + 2, tsval: 77 })],
  ];
}
