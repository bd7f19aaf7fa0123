import { decodeText } from "../bytes/index.ts";
import { textOf } from "./addresses.ts";
import { Clock } from "./pcapng-time.ts";

const IF_NAME = 2;
const IF_IPV4ADDR = 4;
const IF_IPV6ADDR = 5;
const IF_TSRESOL = 9;
const IF_FILTER = 11;
const IF_TSOFFSET = 14;
/** No system has longer names, no person writes longer filters, and no interface has more addresses that matter. */
const LONGEST_TEXT = 1024;
const MOST_ADDRESSES = 64;

/** An interface that a pcapng file describes. */
export interface CaptureInterface {
  /** `eth0`; `undefined` where the file doesn't tell. */
  readonly name: string | undefined;
  /** The capture filter, in libpcap's language (pcap-filter(7)): packets that don't match it were never seen. */
  readonly filter: string | undefined;
  /** Its own addresses, without masks: what is sent from them was sent by the host that captured. */
  readonly addresses: readonly string[];
  /** LINKTYPE_ number. */
  readonly linkType: number;
  /** Most bytes kept of a packet; 0 for no limit. */
  readonly snaplen: number;
  /** Packets that this interface or the system dropped, where the file tells. */
  readonly dropped: number | undefined;
}

/** An interface as its block describes it, and what later blocks tell of it. */
export class Interface implements CaptureInterface {
  name: string | undefined;
  filter: string | undefined;
  readonly addresses: string[] = [];
  readonly linkType: number;
  readonly snaplen: number;
  clock: Clock = new Clock(undefined, 0);
  /** Its place among all interfaces of the file. */
  readonly index: number;
  /** By its last statistics block, which counts from the beginning. */
  dropsTold: number | undefined;
  /** By the packets that follow each loss. */
  dropsSeen: number | undefined;
  #resolution: number | undefined;
  #offset = 0;

  constructor(linkType: number, snaplen: number, index: number) {
    this.linkType = linkType;
    this.snaplen = snaplen;
    this.index = index;
  }

  get dropped(): number | undefined {
    return this.dropsTold ?? this.dropsSeen;
  }

  /** Takes an option of the interface's block (draft-ietf-opsawg-pcapng, section 4.2). */
  option(code: number, bytes: Uint8Array, at: number, size: number, signed64: (at: number) => number): void {
    if (code === IF_NAME) this.name = textIn(bytes, at, size);
    // The first byte says in which language; 0 is libpcap's.
    else if (code === IF_FILTER && size > 1 && bytes[at] === 0) this.filter = textIn(bytes, at + 1, size - 1);
    else if (code === IF_IPV4ADDR && size >= 4) this.#address(textOf(bytes, at, 4));
    else if (code === IF_IPV6ADDR && size >= 16) this.#address(textOf(bytes, at, 6));
    else if (code === IF_TSRESOL && size >= 1) this.#setClock(bytes[at], this.#offset);
    else if (code === IF_TSOFFSET && size >= 8) this.#setClock(this.#resolution, signed64(at));
  }

  /** Counts packets that were lost before one that was kept. */
  lost(count: number): void {
    this.dropsSeen = (this.dropsSeen ?? 0) + count;
  }

  #setClock(resolution: number | undefined, offset: number): void {
    this.#resolution = resolution;
    this.#offset = offset;
    this.clock = new Clock(resolution, offset);
  }

  #address(text: string): void {
    if (this.addresses.length < MOST_ADDRESSES && !this.addresses.includes(text)) this.addresses.push(text);
  }
}

function textIn(bytes: Uint8Array, at: number, size: number): string {
  const field = bytes.subarray(at, at + Math.min(size, LONGEST_TEXT));
  const end = field.indexOf(0);
  return decodeText(end === -1 ? field : field.subarray(0, end));
}
