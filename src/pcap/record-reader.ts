import { ClassicReader, isClassicMagic, UNREAD_VARIANTS } from "./classic.ts";
import type { Core } from "./core.ts";
import type { Log } from "./log.ts";
import type { Packet } from "./packet.ts";
import type { CaptureInterface } from "./pcapng-interface.ts";
import { PcapngReader } from "./pcapng.ts";
import { Window, type WindowRoom } from "./window.ts";
import { be32 } from "./words.ts";
import { variantName } from "./variant-name.ts";

const PCAPNG_MAGIC = 0x0a0d0d0a;
/** Whether the first bytes of a file are those of a capture that this room reads, or at least knows. */
export function isCapture(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = be32(head, 0) >>> 0;
  if (magic !== PCAPNG_MAGIC) return isClassicMagic(magic) || UNREAD_VARIANTS.has(magic);
  if (head.length < 12) return true;
  const order = be32(head, 8) >>> 0;
  return order === 0x1a2b3c4d || order === 0x4d3c2b1a;
}

/** Pushes chunks of any size in, and takes the packets' records out. */
export class RecordReader {
  readonly #window: Window;
  readonly #log: Log;
  #reader: ClassicReader | PcapngReader | undefined;
  #unread = false;
  #format = "";

  /** @param room where the bytes are to be that are at hand */
  constructor(log: Log, room?: WindowRoom) {
    this.#log = log;
    this.#window = new Window(room);
  }

  /** Packet records so far, those included that count as frames without being packets. */
  get frames(): number {
    return this.#reader?.frames ?? 0;
  }

  /** The file's form, as `pcapng`; empty before it is known. */
  get format(): string {
    return this.#format;
  }

  get linkTypes(): number[] {
    return [...(this.#reader?.linkTypes ?? [])];
  }

  get snaplen(): number {
    return this.#reader?.snaplen ?? 0;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#reader?.interfaces ?? [];
  }

  get dropped(): number | undefined {
    return this.#reader?.dropped;
  }

  feed(chunk: Uint8Array): void {
    this.#window.feed(chunk);
  }

  /** To be called before the chunk's bytes may change. */
  release(): void {
    this.#window.release();
  }

  /** Lets the loops take the plain packets that are at hand, in whose memory the room must be. */
  run(core: Core): void {
    this.#reader?.run(core);
  }

  /** Fills the packet's record fields but for its relative time, or tells that another chunk is needed. */
  read(packet: Packet): boolean {
    if (this.#reader === undefined && !this.#begin()) return false;
    return this.#reader?.next(packet) === true;
  }

  /** Says that no chunk will follow; records may still come out of {@link read}. */
  end(): void {
    this.#window.ended = true;
  }

  /** To be called when {@link read} has given the last record. Tells whether the file was cut short. */
  finish(): boolean {
    if (this.#unread) return false;
    if (this.#reader === undefined) {
      this.#log.add("unread", "not-a-capture", () => "the file is too short to be a capture", 0);
      return false;
    }
    return this.#reader.end();
  }

  #begin(): boolean {
    if (this.#unread || !this.#window.need(12)) return false;
    const { bytes, at } = this.#window;
    const magic = be32(bytes, at) >>> 0;
    this.#format = variantName(magic);
    if (magic === PCAPNG_MAGIC) this.#reader = new PcapngReader(this.#window, this.#log);
    else if (isClassicMagic(magic)) this.#reader = new ClassicReader(this.#window, this.#log, magic);
    else {
      this.#unread = true;
      const variant = UNREAD_VARIANTS.get(magic);
      const name = magic.toString(16).padStart(8, "0");
      if (variant === undefined)
        this.#log.add("unread", "not-a-capture", () => `no capture begins with ${name}`, 0);
      else
        this.#log.add("unread", "unsupported-variant", () => `${variant} of pcap (${name}) is not read`, 0);
    }
    return !this.#unread;
  }
}
