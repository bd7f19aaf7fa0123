import type { ArpClaims, ArpQuestion, ArpTable } from "./arp-table.ts";
import type { Packet } from "./packet.ts";
import { be16, be32 } from "./words.ts";

const REQUEST = 1;
const REPLY = 2;
/** Addresses that are told apart; a scan of a larger network has more. */
const MOST = 1 << 13;
/** Copies of one packet on several interfaces come within this time. */
const COPY_WINDOW = 0.05;
/** Frames that are kept of a question or a conflict. */
const FRAMES = 8;

interface Question {
  asker: number;
  requests: number;
  replies: number;
  /** Requests since the last reply, the most there ever were, and their frames. */
  run: number;
  runFrom: number;
  longestRun: number;
  longestRunTime: number;
  frames: number[];
  firstTime: number;
  lastTime: number;
  lastAsker: number;
}

interface Claim {
  /** MAC addresses that were claimed, with the time of the last claim of each. */
  macs: number[];
  times: number[];
  frames: number[];
  last: number;
  switches: number;
  shortest: number;
}

/** Follows ARP (RFC 826): who asks without an answer, and which address several claim. */
export class ArpTracker {
  readonly #questions = new Map<number, Question>();
  readonly #claims = new Map<number, Claim>();
  #packets = 0;
  #ignored = 0;

  /** ARP packets about addresses that there was no room for. */
  get ignored(): number {
    return this.#ignored;
  }

  /** A packet with ARP at `arpAt`. */
  packet(p: Packet): void {
    const { bytes: b, arpAt: at } = p;
    const isEthernet = p.end - at >= 28 && be32(b, at) === 0x00010800 && b[at + 4] === 6 && b[at + 5] === 4;
    if (!isEthernet) return;
    this.#packets++;
    const operation = be16(b, at + 6);
    const mac = be16(b, at + 8) * 2 ** 32 + (be32(b, at + 10) >>> 0);
    const sender = be32(b, at + 14);
    const target = be32(b, at + 24);
    // A probe, of nobody yet, hopes for no answer (RFC 5227).
    if (sender === 0) return;
    this.#claim(p, sender, mac);
    if (operation === REQUEST && sender !== target) this.#ask(p, sender, target);
    else if (operation === REPLY || sender === target) this.#answer(sender);
  }

  finish(): ArpTable {
    return {
      packets: this.#packets,
      questions: [...this.#questions].map(([target, question]) => questionOf(target, question)),
      conflicts: [...this.#claims]
        .filter(([, claim]) => claim.switches > 0)
        .map(([address, claim]) => claimsOf(address, claim)),
    };
  }

  #ask(p: Packet, asker: number, target: number): void {
    let question = this.#questions.get(target);
    if (question === undefined) {
      if (this.#questions.size >= MOST) {
        this.#ignored++;
        return;
      }
      question = {
        asker,
        requests: 0,
        replies: 0,
        run: 0,
        runFrom: 0,
        longestRun: 0,
        longestRunTime: 0,
        frames: [],
        firstTime: p.time,
        lastTime: Number.NEGATIVE_INFINITY,
        lastAsker: asker,
      };
      this.#questions.set(target, question);
    }
    const isCopy = asker === question.lastAsker && Math.abs(p.time - question.lastTime) < COPY_WINDOW;
    question.lastAsker = asker;
    if (isCopy) return;
    question.lastTime = p.time;
    question.requests++;
    if (question.run++ === 0) question.runFrom = p.time;
    if (question.run <= question.longestRun) return;
    if (question.run === 1) question.frames = [];
    question.longestRun = question.run;
    question.longestRunTime = p.time - question.runFrom;
    question.asker = asker;
    if (question.frames.length < FRAMES) question.frames.push(p.frame);
  }

  #answer(sender: number): void {
    const question = this.#questions.get(sender);
    if (question === undefined) return;
    question.replies++;
    question.run = 0;
  }

  #claim(p: Packet, address: number, mac: number): void {
    const known = this.#claims.get(address);
    if (known === undefined) {
      if (this.#claims.size >= MOST) this.#ignored++;
      else
        this.#claims.set(address, {
          macs: [mac],
          times: [p.time],
          frames: [],
          last: mac,
          switches: 0,
          shortest: Number.POSITIVE_INFINITY,
        });
      return;
    }
    let at = known.macs.indexOf(mac);
    if (at < 0 && known.macs.length < FRAMES) {
      at = known.macs.length;
      known.macs.push(mac);
    }
    if (known.last !== mac) {
      const before = known.times[known.macs.indexOf(known.last)] ?? Number.NEGATIVE_INFINITY;
      known.shortest = Math.min(known.shortest, Math.abs(p.time - before));
      known.switches++;
      known.last = mac;
      if (known.frames.length < FRAMES) known.frames.push(p.frame);
    }
    if (at >= 0) known.times[at] = p.time;
  }
}

function questionOf(target: number, question: Question): ArpQuestion {
  const { asker, requests, replies, longestRun, longestRunTime, frames, firstTime, lastTime } = question;
  const asked = { address: dotted(target), asker: dotted(asker), requests, replies };
  return { ...asked, longestRun, longestRunTime, frames, firstTime, lastTime };
}

function claimsOf(address: number, { macs, switches, shortest, frames }: Claim): ArpClaims {
  return { address: dotted(address), macs: macs.map(macText), switches, shortestSwitch: shortest, frames };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

function macText(mac: number): string {
  return (mac.toString(16).padStart(12, "0").match(/../g) ?? []).join(":");
}
