/** Changes to classic captures of this machine's byte order and microseconds, which is what all samples hold. */

const HEADER = 24;
const RECORD = 16;

export const isCapture = (file: Uint8Array): boolean =>
  file.length >= HEADER && new DataView(file.buffer, file.byteOffset).getUint32(0, true) === 0xa1b2c3d4;

/** The records, headers and all. */
export function recordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const records: Uint8Array[] = [];
  for (let at = HEADER; at + RECORD <= file.length;) {
    const end = at + RECORD + view.getUint32(at + 8, true);
    records.push(file.subarray(at, end));
    at = end;
  }
  return records;
}

/** A capture with the file header of another one. */
export const captureOf = (file: Uint8Array, records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat([file.subarray(0, HEADER), ...records]));

/** Seconds since 1970. */
export function timeOf(record: Uint8Array): number {
  const view = new DataView(record.buffer, record.byteOffset);
  return view.getUint32(0, true) + view.getUint32(4, true) / 1e6;
}

/** All packets so many whole seconds later. */
export function shiftCapture(file: Uint8Array, seconds: number): Uint8Array {
  const records = recordsOf(file).map((record) => {
    const moved = Uint8Array.from(record);
    const view = new DataView(moved.buffer);
    view.setUint32(0, view.getUint32(0, true) + seconds, true);
    return moved;
  });
  return captureOf(file, records);
}

/** As `tcpdump -C` splits it: the packets in order, in files of about the same number. */
export function splitCapture(file: Uint8Array, parts: number): Uint8Array[] {
  const records = recordsOf(file);
  const each = Math.ceil(records.length / parts);
  return Array.from({ length: parts }, (_, part) =>
    captureOf(file, records.slice(part * each, (part + 1) * each)),
  ).filter((part) => part.length > HEADER);
}

/** How long the header of the link layer is: Ethernet's without tags, and those of Linux cooked captures. */
const LINK: Readonly<Record<number, readonly [length: number, type: number]>> = {
  1: [14, 12],
  113: [16, 14],
  276: [20, 0],
};
const IPV4 = 0x0800;
const ARP = 0x0806;

/** The bytes of each packet above the link layer that is IPv4 or ARP. */
function* payloads(file: Uint8Array): Generator<Uint8Array> {
  const [length, type] = LINK[new DataView(file.buffer, file.byteOffset).getUint32(20, true)] ?? [];
  if (length === undefined || type === undefined) throw new Error("a link type that this does not know");
  for (const record of recordsOf(file)) {
    const packet = record.subarray(RECORD);
    if (packet.length < length) continue;
    const protocol = ((packet[type] ?? 0) << 8) | (packet[type + 1] ?? 0);
    if (protocol === IPV4 || protocol === ARP) yield packet.subarray(length);
  }
}

/** The addresses that IPv4 packets are from and to, as numbers. */
export function addressesOf(file: Uint8Array): Set<number> {
  const found = new Set<number>();
  for (const packet of payloads(file)) {
    if ((packet[0] ?? 0) >> 4 !== 4 || packet.length < 20) continue;
    const view = new DataView(packet.buffer, packet.byteOffset);
    found.add(view.getUint32(12)).add(view.getUint32(16));
  }
  return found;
}

/**
 * Each of these addresses replaced wherever its four bytes stand above the link layer: in headers, in quoted ones, in ARP, in DNS
 * records. Checksums stay as they are: captures of hosts that leave them to the card have wrong ones too.
 */
export function mapCapture(file: Uint8Array, map: ReadonlyMap<number, number>): Uint8Array {
  const copy = Uint8Array.from(file);
  for (const packet of payloads(copy)) {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    for (let at = 0; at + 4 <= packet.length;) {
      const to = map.get(view.getUint32(at));
      if (to !== undefined) view.setUint32(at, to);
      at += to === undefined ? 1 : 4;
    }
  }
  return copy;
}

/** A block of pcapng: its type, and a body that is padded to words. */
function block(type: number, body: Uint8Array): Uint8Array {
  const length = 12 + Math.ceil(body.length / 4) * 4;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  bytes.set(body, 8);
  view.setUint32(length - 4, length, true);
  return bytes;
}

const words = (...numbers: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(numbers).buffer);

/** The same packets as pcapng of one section and one interface, in microseconds. */
export function asPcapng(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const section = words(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff);
  const description = words(view.getUint32(20, true) & 0xffff, view.getUint32(16, true));
  const packets = recordsOf(file).map((record) => {
    const head = new DataView(record.buffer, record.byteOffset);
    const micros = BigInt(head.getUint32(0, true)) * 1_000_000n + BigInt(head.getUint32(4, true));
    const lengths = [head.getUint32(8, true), head.getUint32(12, true)];
    const fixed = words(0, Number(micros >> 32n), Number(micros & 0xffffffffn), ...lengths);
    return block(6, Uint8Array.from(Buffer.concat([fixed, record.subarray(RECORD)])));
  });
  return Uint8Array.from(Buffer.concat([block(0x0a0d0d0a, section), block(1, description), ...packets]));
}

const TCP = 6;
const UDP = 17;

/** What a packet belongs to, whichever way it goes: its two ends and the protocol; `undefined` of what has no ports. */
function conversation(link: number, record: Uint8Array): { key: string; from: string } | undefined {
  const packet = record.subarray(RECORD + link);
  const header = ((packet[0] ?? 0) & 15) * 4;
  const protocol = packet[9];
  if ((packet[0] ?? 0) >> 4 !== 4 || packet.length < header + 4 || (protocol !== TCP && protocol !== UDP))
    return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset);
  const from = `${view.getUint32(12)}:${view.getUint16(header)}`;
  const to = `${view.getUint32(16)}:${view.getUint16(header + 2)}`;
  return { key: `${protocol} ${[from, to].sort().join(" ")}`, from };
}

/** A number from 0 to 1 that is a text's own. */
function chance(text: string): number {
  let sum = 0x811c9dc5;
  for (const char of text) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d) >>> 0;
  return ((sum ^ (sum >>> 13)) >>> 0) / 2 ** 32;
}

/** Without a share of the conversations in which only one end speaks: losses that did not happen. The same ones and more where less is kept. */
export function withLosses(file: Uint8Array, kept: number): Uint8Array {
  const [link = 14] = LINK[new DataView(file.buffer, file.byteOffset).getUint32(20, true)] ?? [];
  const records = recordsOf(file).map((record) => ({ record, of: conversation(link, record) }));
  const speakers = new Map<string, Set<string>>();
  for (const { of } of records)
    if (of) speakers.set(of.key, (speakers.get(of.key) ?? new Set()).add(of.from));
  return captureOf(
    file,
    records
      .filter(({ of }) => !of || speakers.get(of.key)?.size !== 1 || chance(of.key) < kept)
      .map(({ record }) => record),
  );
}

/** Up to a share of the time that it covers. */
export function beginning(file: Uint8Array, share: number): Uint8Array {
  const records = recordsOf(file);
  const times = records.map(timeOf);
  const [start, end] = [Math.min(...times), Math.max(...times)];
  return captureOf(
    file,
    records.filter((record) => timeOf(record) <= start + (end - start) * share),
  );
}

/** Without a share of its packets, as a sniffer that can't keep up loses them. */
export const sparse = (file: Uint8Array, lost: number, seed: number): Uint8Array =>
  captureOf(
    file,
    recordsOf(file).filter((_, i) => chance(`${seed} ${i}`) >= lost),
  );
