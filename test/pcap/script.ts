// Writes one TCP connection packet by packet.
import { ACK, ip, RST, SYN, SYN_ACK, tcp } from "./frames.ts";

export const CLIENT = "10.244.1.12";
export const SERVER = "192.168.50.20";

/** Frames, each a time and the packet at IP level. */
export type Frame = readonly [number, Uint8Array];

export interface Segment {
  seq?: number;
  ack?: number;
  length?: number;
  window?: number;
  tsval?: number;
  id?: number;
}

/** A connection that is written packet by packet; either side gives each packet a new IP identification, as Linux does. */
export class Script {
  readonly frames: Frame[] = [];
  readonly #v6: boolean;
  /** The client's. */
  readonly #port: number;
  #ids = [100, 60_000];
  /** First sequence numbers. */
  readonly #first: readonly [number, number];

  constructor(first: readonly [number, number] = [1000, 5000], v6 = false, port = 40_000) {
    this.#port = port;
    this.#first = first;
    this.#v6 = v6;
  }

  /** A packet of the client, side 0, or of the server; sequence numbers count from that of the first byte of data. */
  send(time: number, side: 0 | 1, flags: number, segment: Segment = {}): this {
    // IPv6 has no identification: what is sent again is told by its timestamp.
    const { seq = 0, ack = 0, length = 0, window = 1024, tsval = Math.round(time * 1000) } = segment;
    const other = side === 0 ? 1 : 0;
    const id = segment.id ?? (this.#ids[side] = ((this.#ids[side] ?? 0) + 1) % 65_536);
    const [from, to] = this.#v6 ? ["fd00::1", "fd00::2"] : [CLIENT, SERVER];
    const ends = side === 0 ? { from, to } : { from: to, to: from };
    const ports = side === 0 ? { from: this.#port, to: 80 } : { from: 80, to: this.#port };
    const acks = flags === SYN || flags === RST ? 0 : (this.#first[other] + ack) % 2 ** 32;
    const body = {
      ...ports,
      seq: (this.#first[side] + seq + 2 ** 32) % 2 ** 32,
      ack: acks,
      flags,
      window,
      tsval,
      payload: new Uint8Array(length),
    };
    this.frames.push([time, ip({ ...ends, id }, 6, tcp(body))]);
    return this;
  }

  open(time = 0): this {
    return this.send(time, 0, SYN, { seq: -1 })
      .send(time + 0.001, 1, SYN_ACK, { seq: -1 })
      .send(time + 0.002, 0, ACK);
  }
}
