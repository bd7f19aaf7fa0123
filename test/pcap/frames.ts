// Builds frames for tests, layer by layer, from the outside in: each function puts a header before its payload.
import { concat } from "../../src/bytes/index.ts";

export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  concat(
    [new Uint8Array(0), ...parts],
    parts.reduce((sum, part) => sum + part.length, 0),
  );

/** The bytes of a big-endian number. */
export const be = (value: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 2 ** (8 * (size - 1 - i))) % 256);

export const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

const isV6 = (address: string) => address.includes(":");

const words = (part: string) => (part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16)));

/** An address as its bytes; IPv6 with at most one `::`. */
export function address(text: string): Uint8Array {
  if (!isV6(text)) return bytes(...text.split(".").map(Number));
  const [front = "", back] = text.split("::");
  const head = words(front);
  const tail = words(back ?? "");
  const middle = back === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return join(...[...head, ...middle, ...tail].map((word) => be(word, 2)));
}

export const MAC = bytes(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2);

export const ethernet = (
  payload: Uint8Array,
  type = (payload[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800,
): Uint8Array => join(MAC, be(type, 2), payload);

/** A VLAN tag between the MAC addresses and what follows. */
export const tagged = (frame: Uint8Array, type = 0x8100): Uint8Array =>
  join(frame.subarray(0, 12), be(type, 2), be(7, 2), frame.subarray(12));

export const sll = (payload: Uint8Array, packetType = 0): Uint8Array =>
  join(be(packetType, 2), be(1, 2), be(6, 2), new Uint8Array(8), be(0x0800, 2), payload);

export const sll2 = (payload: Uint8Array, packetType = 0): Uint8Array =>
  join(be(0x0800, 2), be(0, 2), be(3, 4), be(1, 2), bytes(packetType, 6), new Uint8Array(8), payload);

export interface Ip {
  from: string;
  to: string;
  id?: number;
  ttl?: number;
  fragment?: number;
  options?: Uint8Array;
  /** Total length to claim, where it is not the real one. */
  total?: number;
}

export function ip(header: Ip, protocol: number, payload: Uint8Array): Uint8Array {
  const { from, to, id = 0, ttl = 64, fragment = 0x4000, options = new Uint8Array(0) } = header;
  if (isV6(from))
    return join(
      be(0x60000000, 4),
      be(payload.length, 2),
      bytes(protocol, ttl),
      address(from),
      address(to),
      payload,
    );
  const total = header.total ?? 20 + options.length + payload.length;
  return join(
    bytes(0x45 + options.length / 4, 0),
    be(total, 2),
    be(id, 2),
    be(fragment, 2),
    bytes(ttl, protocol, 0, 0),
    address(from),
    address(to),
    options,
    payload,
  );
}

export interface Tcp {
  from: number;
  to: number;
  seq?: number;
  ack?: number;
  flags: number;
  tsval?: number | undefined;
  window?: number;
  payload?: Uint8Array;
}

export const SYN = 2;
export const SYN_ACK = 18;
export const ACK = 16;
export const RST = 4;
export const RST_ACK = 20;
export const FIN_ACK = 17;

export function tcp({
  from,
  to,
  seq = 0,
  ack = 0,
  flags,
  tsval,
  window = 1024,
  payload = new Uint8Array(0),
}: Tcp): Uint8Array {
  const options =
    tsval === undefined ? new Uint8Array(0) : join(bytes(1, 1, 8, 10), be(tsval, 4), new Uint8Array(4));
  return join(
    be(from, 2),
    be(to, 2),
    be(seq, 4),
    be(ack, 4),
    bytes((20 + options.length) << 2, flags),
    be(window, 2),
    new Uint8Array(4),
    options,
    payload,
  );
}

export const udp = (from: number, to: number, payload: Uint8Array): Uint8Array =>
  join(be(from, 2), be(to, 2), be(payload.length + 8, 2), bytes(0, 0), payload);

export const icmp = (type: number, code: number, quoted: Uint8Array): Uint8Array =>
  join(bytes(type, code, 0, 0, 0, 0, 0, 0), quoted);

export const vxlan = (vni: number, frame: Uint8Array, port = 4789): Uint8Array =>
  udp(50_000, port, join(be(0x08000000, 4), be(vni * 256, 4), frame));

export interface Dns {
  id: number;
  name: string;
  type?: number;
  response?: boolean;
  code?: number;
  truncated?: boolean;
  records?: number;
}

export function dns({
  id,
  name,
  type = 1,
  response = false,
  code = 0,
  truncated = false,
  records = 0,
}: Dns): Uint8Array {
  const labels = name.split(".").map((label) => join(bytes(label.length), new TextEncoder().encode(label)));
  const record = join(be(0xc00c, 2), be(type, 2), be(1, 2), be(30, 4), be(4, 2), bytes(10, 1, 2, 3));
  const flags = (response ? 0x8180 : 0x0100) | code | (truncated ? 0x0200 : 0);
  return join(
    be(id, 2),
    be(flags, 2),
    be(1, 2),
    be(records, 2),
    be(0, 4),
    ...labels,
    bytes(0),
    be(type, 2),
    be(1, 2),
    ...Array.from({ length: records }, () => record),
  );
}

/** Link types whose packets the loops take, and what puts a packet into a frame of each. */
export const LINKS: [type: number, link: (packet: Uint8Array) => Uint8Array][] = [
  [1, (packet) => ethernet(packet)],
  [113, (packet) => sll(packet, 4)],
  [276, (packet) => sll2(packet, 4)],
  [101, (packet) => packet],
];
