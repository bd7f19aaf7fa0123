import type { Log } from "./log.ts";
import type { Packet } from "./packet.ts";

/** A step back in time that no capture's own disorder explains: packets of several CPUs mix within milliseconds. */
const CLOCK_STEP = 0.1;

/** Places of a timeline's numbers, as wasm/pcap/timeline.ts has them: whether there was a packet with a time, and so on. */
const IS_STARTED = 0;
const START_SECONDS = 1;
const START_NANOSECONDS = 2;
const LAST = 3;
const EARLIEST = 4;
const LATEST = 5;
/** Of the last packet with a time, as it stands in the file. */
const SECONDS = 6;
const NANOSECONDS = 7;
export const TIMELINE_NUMBERS = 8;

/** Puts packets on one axis of time, which begins with the first of them that has a time. */
export class Timeline {
  readonly #log: Log;
  /** By the constants above. */
  readonly #numbers: Float64Array;
  #clockSteps = 0;
  #untimed = 0;

  /** @param numbers where the timeline has its numbers, {@link TIMELINE_NUMBERS} of them: someone else may stamp packets by them, too */
  constructor(log: Log, numbers: Float64Array = new Float64Array(TIMELINE_NUMBERS)) {
    this.#log = log;
    this.#numbers = numbers;
  }

  /** Seconds since 1970 of the first packet with a time. */
  get start(): number | undefined {
    if (this.#numbers[IS_STARTED] === 0) return undefined;
    return this.#number(START_SECONDS) + this.#number(START_NANOSECONDS) / 1e9;
  }

  /** The earliest and the latest time, relative to the first packet. */
  get earliest(): number {
    return this.#number(EARLIEST);
  }

  get latest(): number {
    return this.#number(LATEST);
  }

  get duration(): number {
    return this.latest - this.earliest;
  }

  /** Time of the last packet, relative to the first. */
  get last(): number {
    return this.#number(LAST);
  }

  get clockSteps(): number {
    return this.#clockSteps;
  }

  /** Fills the packet's relative time; one without a time gets the times of the packet before. */
  stamp(packet: Packet): void {
    const numbers = this.#numbers;
    if (!packet.timed) {
      this.#untimed++;
      packet.time = this.last;
      packet.seconds = this.#number(SECONDS);
      packet.nanoseconds = this.#number(NANOSECONDS);
      return;
    }
    if (numbers[IS_STARTED] === 0) {
      numbers[IS_STARTED] = 1;
      numbers[START_SECONDS] = packet.seconds;
      numbers[START_NANOSECONDS] = packet.nanoseconds;
    }
    const time =
      packet.seconds -
      this.#number(START_SECONDS) +
      (packet.nanoseconds - this.#number(START_NANOSECONDS)) / 1_000_000_000;
    if (time < this.last - CLOCK_STEP) this.#steppedBack(packet, time);
    packet.time = time;
    numbers[LAST] = time;
    numbers[SECONDS] = packet.seconds;
    numbers[NANOSECONDS] = packet.nanoseconds;
    if (time > this.latest) numbers[LATEST] = time;
    if (time < this.earliest) numbers[EARLIEST] = time;
  }

  /** Tells what is odd about the times, when the last packet has come. */
  finish(): void {
    const untimed = this.#untimed;
    if (untimed > 0)
      this.#log.add("partial", "packets-without-time", () => `${untimed} packets have no time in the file`);
    if (this.#clockSteps > 1)
      this.#log.add("note", "clock-steps", () => `the clock steps back ${this.#clockSteps} times`);
  }

  #number(place: number): number {
    return this.#numbers[place] as number;
  }

  #steppedBack(packet: Packet, time: number): void {
    const by = this.last - time;
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
