import type { ByteSource } from "../../bytes/index.ts";
import { textOf } from "../addresses.ts";
import { Core, NO_ROOM } from "../core.ts";
import { DnsMessage } from "../dns-message.ts";
import { queryTypeName, responseCodeName } from "../dns-table.ts";
import { eachPacket } from "../each-packet.ts";
import { Log } from "../log.ts";
import { ACK, FIN, NONE, type Packet, RST, SYN } from "../packet.ts";
import { be16 } from "../words.ts";
import { type Conversation, Matcher } from "./conversation.ts";
import { Copies } from "./copies.ts";
import type { Ladder, LadderDns, LadderTcp, LeftOut, Rung } from "./rung.ts";
import { tcpOptions } from "./tcp-options.ts";
import { distance, TcpSide } from "./tcp-side.ts";

const TCP = 6;
const UDP = 17;
const DNS_PORT = 53;
const DEFAULT_LIMIT = 200;
/** Rungs at the beginning that are kept where others are wanted: the handshake. */
const FIRST_FEW = 3;
const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/** How {@link ladder} is cut. */
export interface LadderOptions {
  /** Most packets that are kept: the first half and the last half of them; 200 if not given. */
  readonly limit?: number | undefined;
  /** A frame around which packets are kept instead, beside the first few. */
  readonly around?: number | undefined;
  /** Ports of DNS servers; 53 alone if not given. */
  readonly dnsPorts?: readonly number[] | undefined;
}

/**
 * Follows one conversation through a capture of any size, in one pass with a bounded buffer.
 *
 * @throws {InquestError} `misuse` where the ends are no addresses
 */
export async function ladder(
  input: Uint8Array | ByteSource,
  conversation: Conversation,
  options: LadderOptions = {},
): Promise<Ladder> {
  const log = new Log();
  const climb = new Climb(conversation, options);
  const timeline = await eachPacket(input, log, (packet) => {
    climb.packet(packet);
    return true;
  });
  return { ...climb.finish(), start: timeline.start, diagnostics: log.finish() };
}

/** Rungs in a row that are left out. */
class Gap {
  packets = 0;
  #first: Rung | undefined;
  #last: Rung | undefined;

  add(rung: Rung): void {
    this.packets++;
    this.#first ??= rung;
    this.#last = rung;
  }

  told(after: number): LeftOut[] {
    const first = this.#first;
    const last = this.#last;
    if (first === undefined || last === undefined) return [];
    const seconds = last.time - first.time;
    return [{ after, packets: this.packets, firstFrame: first.frame, lastFrame: last.frame, seconds }];
  }
}

class Climb {
  readonly #conversation: Conversation;
  readonly #matcher: Matcher;
  readonly #dnsPorts: ReadonlySet<number>;
  readonly #client = new TcpSide();
  readonly #server = new TcpSide();
  readonly #copiesOf = [new Copies<Rung>(), new Copies<Rung>(), new Copies<Rung>()] as const;
  readonly #message = new DnsMessage(new Core(NO_ROOM));
  readonly #head: Rung[] = [];
  readonly #tail: Rung[] = [];
  readonly #headRoom: number;
  readonly #tailRoom: number;
  #protocol: "tcp" | "udp" | undefined;
  readonly #around: number | undefined;
  /** Rungs kept from that frame on. */
  #fromFrame = 0;
  readonly #before = new Gap();
  readonly #after = new Gap();
  #lastTime: number | undefined;
  #packets = [0, 0];
  #bytes = [0, 0];
  #copies = 0;
  #retransmissions = 0;
  #clientSyn: number | undefined;
  #begun = false;

  constructor(conversation: Conversation, options: LadderOptions) {
    const { limit = DEFAULT_LIMIT, dnsPorts = [DNS_PORT], around } = options;
    this.#conversation = conversation;
    this.#protocol = conversation.protocol;
    this.#matcher = new Matcher(conversation);
    this.#dnsPorts = new Set(dnsPorts);
    this.#around = around;
    this.#headRoom = around === undefined ? Math.ceil(limit / 2) : Math.min(FIRST_FEW, limit);
    this.#tailRoom = limit - this.#headRoom;
  }

  packet(p: Packet): void {
    const { quoted } = p;
    if (p.quotes && quoted !== undefined) {
      if (this.#isOurs(quoted.protocol)) this.#icmp(p, quoted);
      return;
    }
    if (!this.#isOurs(p.protocol)) return;
    const side = this.#matcher.side(p);
    if (side === 0) return;
    this.#protocol ??= p.protocol === TCP ? "tcp" : "udp";
    const copies = this.#copiesOf[side];
    if (this.#isCopy(p, copies)) return;
    const tcp = p.protocol === TCP && p.flags !== NONE ? this.#tcp(p, side === 1) : undefined;
    if (tcp?.isRetransmission === true) this.#retransmissions++;
    (this.#packets[side - 1] as number)++;
    (this.#bytes[side - 1] as number) += p.payloadLength;
    const what = { length: p.payloadLength, tcp, dns: this.#dns(p), icmp: undefined };
    copies.add(p, this.#add(p, side === 1, what));
  }

  finish(): Omit<Ladder, "start" | "diagnostics"> {
    const [clientPackets = 0, serverPackets = 0] = this.#packets;
    const [clientBytes = 0, serverBytes = 0] = this.#bytes;
    const rungs = [...this.#head, ...this.#tail];
    return {
      ...this.#conversation,
      protocol: this.#protocol,
      packets: rungs.length + this.#before.packets + this.#after.packets,
      copies: this.#copies,
      clientPackets,
      clientBytes,
      serverPackets,
      serverBytes,
      retransmissions: this.#retransmissions,
      begun: this.#begun,
      rungs,
      leftOut: [...this.#before.told(this.#head.length), ...this.#after.told(rungs.length)],
    };
  }

  #isOurs(protocol: number): boolean {
    if (this.#protocol === undefined) return protocol === TCP || protocol === UDP;
    return protocol === (this.#protocol === "tcp" ? TCP : UDP);
  }

  /** Whether the packet was seen just before on another interface, which is noted with it. */
  #isCopy(p: Packet, copies: Copies<Rung>): boolean {
    const original = copies.find(p);
    if (original === undefined) return false;
    original.copies.push(p.frame);
    this.#copies++;
    return true;
  }

  #add(p: Packet, isFromClient: boolean, what: Pick<Rung, "length" | "tcp" | "dns" | "icmp">): Rung {
    const rung: Rung = {
      frame: p.frame,
      copies: [],
      time: p.time,
      gap: this.#lastTime === undefined ? undefined : p.time - this.#lastTime,
      from: isFromClient ? "client" : "server",
      ...what,
    };
    this.#lastTime = p.time;
    if (this.#head.length < this.#headRoom) {
      this.#head.push(rung);
      return rung;
    }
    const isBefore = this.#around === undefined || p.frame < this.#around;
    if (!isBefore && ++this.#fromFrame > Math.ceil(this.#tailRoom / 2)) {
      this.#after.add(rung);
      return rung;
    }
    this.#tail.push(rung);
    // Up to the frame, half of the room is enough.
    const room = isBefore && this.#around !== undefined ? Math.floor(this.#tailRoom / 2) : this.#tailRoom;
    if (this.#tail.length <= room) return rung;
    const left = this.#tail.shift();
    if (left !== undefined) this.#before.add(left);
    return rung;
  }

  #tcp(p: Packet, isFromClient: boolean): LadderTcp {
    const options = tcpOptions(p);
    const from = isFromClient ? this.#client : this.#server;
    const to = isFromClient ? this.#server : this.#client;
    const isFirstSyn = (p.flags & (SYN | ACK | RST)) === SYN;
    const isNew = isFirstSyn && this.#clientSyn !== undefined && this.#clientSyn !== p.sequence;
    if (isFirstSyn && this.#clientSyn !== p.sequence) {
      if (from.base !== undefined || to.base !== undefined) {
        from.restart();
        to.restart();
      }
      this.#clientSyn = p.sequence;
    }
    const hasAck = (p.flags & ACK) !== 0;
    if ((p.flags & RST) === 0) from.isShut = p.window === 0;
    const isChallenge =
      !isFirstSyn &&
      !from.begun &&
      to.begun &&
      isPureAck(p) &&
      p.acknowledgement !== (((to.base ?? 0) + 1) | 0);
    const kind = from.take(p, to);
    if ((p.flags & SYN) !== 0) {
      this.#begun = true;
      from.windowScale = options.windowScale;
    }
    if (hasAck && to.base === undefined) to.base = (p.acknowledgement - 1) | 0;
    const shift =
      (p.flags & SYN) === 0 && from.windowScale !== undefined && to.windowScale !== undefined
        ? Math.min(from.windowScale, 14)
        : 0;
    return {
      ...kind,
      flags: FLAGS.filter((_, bit) => (p.flags & (1 << bit)) !== 0),
      seq: relative(p.sequence, from.base),
      ack: hasAck ? relative(p.acknowledgement, to.base) : undefined,
      window: p.window * 2 ** shift,
      options: {
        ...options,
        sack: options.sack.map(([left, right]) => [relative(left, to.base), relative(right, to.base)]),
      },
      isNew,
      isWindowProbe: kind.isKeepAlive && to.isShut,
      isChallenge,
    };
  }

  #dns(p: Packet): LadderDns | undefined {
    if (!this.#dnsPorts.has(p.sourcePort) && !this.#dnsPorts.has(p.destinationPort)) return undefined;
    let from = p.payloadAt;
    let length = p.payloadLength;
    if (p.protocol === TCP) {
      // A message over TCP stands behind its length; one in several segments is not put together here.
      if (p.payloadEnd - from < 2 || be16(p.bytes, from) + 2 !== length) return undefined;
      from += 2;
      length -= 2;
    }
    const m = this.#message;
    if (!m.parse(p.bytes, from, p.payloadEnd, length)) return undefined;
    return {
      id: m.id,
      isResponse: m.isResponse,
      type: m.hasQuestion ? queryTypeName(m.qtype) : "",
      name: m.hasQuestion ? m.name : "",
      rcode: m.isResponse ? responseCodeName(m.rcode) : undefined,
      answers: m.answers,
      truncated: m.truncated,
    };
  }

  #icmp(p: Packet, quoted: Packet): void {
    const side = this.#matcher.side(quoted);
    const copies = this.#copiesOf[0];
    if (side === 0 || this.#isCopy(p, copies)) return;
    const from = textOf(p.bytes, p.sourceAt, p.version);
    const icmp = { type: p.icmpType, code: p.icmpCode, v6: p.icmp6, from };
    // It goes to whoever sent the packet that it quotes.
    copies.add(p, this.#add(p, side === 2, { length: 0, tcp: undefined, dns: undefined, icmp }));
  }
}

const isPureAck = (p: Packet): boolean =>
  (p.flags & (FIN | SYN | RST | ACK)) === ACK && p.payloadLength === 0;

function relative(number: number, base: number | undefined): number {
  return base === undefined ? number >>> 0 : distance(number, base) >>> 0;
}
