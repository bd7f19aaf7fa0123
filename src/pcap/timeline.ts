import type { Log } from "./log.ts";
import type { Packet } from "./packet.ts";

/** A step back in time that no capture's own disorder explains: packets of several CPUs mix within milliseconds. */
const CLOCK_STEP = 0.1;

/** Puts packets on one axis of time, which begins with the first of them that has a time. */
export class Timeline {
  readonly #log: Log;
  #started = false;
  #startSeconds = 0;
  #startNanoseconds = 0;
  #last = 0;
  #earliest = 0;
  #latest = 0;
  #clockSteps = 0;
  #untimed = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Seconds since 1970 of the first packet with a time. */
  get start(): number | undefined {
    return this.#started ? this.#startSeconds + this.#startNanoseconds / 1e9 : undefined;
  }

  /** The earliest and the latest time, relative to the first packet. */
  get earliest(): number {
    return this.#earliest;
  }

  get latest(): number {
    return this.#latest;
  }

  get duration(): number {
    return this.#latest - this.#earliest;
  }

  /** Time of the last packet, relative to the first. */
  get last(): number {
    return this.#last;
  }

  get clockSteps(): number {
    return this.#clockSteps;
  }

  /** Fills the packet's relative time; one without a time gets that of the packet before. */
  stamp(packet: Packet): void {
    if (!packet.timed) {
      this.#untimed++;
      packet.time = this.#last;
      return;
    }
    if (!this.#started) {
      this.#started = true;
      this.#startSeconds = packet.seconds;
      this.#startNanoseconds = packet.nanoseconds;
    }
    const time =
      packet.seconds - this.#startSeconds + (packet.nanoseconds - this.#startNanoseconds) / 1_000_000_000;
    if (time < this.#last - CLOCK_STEP) this.#steppedBack(packet, time);
    packet.time = time;
    this.#last = time;
    if (time > this.#latest) this.#latest = time;
    if (time < this.#earliest) this.#earliest = time;
  }

  /** Tells what is odd about the times, when the last packet has come. */
  finish(): void {
    const untimed = this.#untimed;
    if (untimed > 0)
      this.#log.add("partial", "packets-without-time", () => `${untimed} packets have no time in the file`);
    if (this.#clockSteps > 1)
      this.#log.add("note", "clock-steps", () => `the clock steps back ${this.#clockSteps} times`);
  }

  #steppedBack(packet: Packet, time: number): void {
    const by = this.#last - time;
    this.#clockSteps++;
    if (this.#clockSteps === 1)
      this.#log.add(
        "note",
        "clock-step",
        () => `the clock steps back by ${by.toFixed(3)} s at frame ${packet.frame}`,
        packet.offset,
      );
  }
}
