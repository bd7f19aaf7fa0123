import type { Core } from "./core.ts";
import { textOfName } from "./names.ts";

/** Where the loops have the message that was read last: words by the places below, and behind them its name. */
const MESSAGE_AT = 1536;
const NAME_AT = MESSAGE_AT + 64;

/** What of a DNS message (RFC 1035, section 4) tells exchanges apart. One object is reused. */
export class DnsMessage {
  readonly #core: Core;

  /** @param core whose loops read the messages: what it says is of the one that was read last */
  constructor(core: Core) {
    this.#core = core;
  }

  get id(): number {
    return this.#word(0);
  }

  get isResponse(): boolean {
    return this.#word(1) !== 0;
  }

  get opcode(): number {
    return this.#word(2);
  }

  get rcode(): number {
    return this.#word(3);
  }

  /** The TC bit: the answer was too long for UDP. */
  get truncated(): boolean {
    return this.#word(4) !== 0;
  }

  get questions(): number {
    return this.#word(5);
  }

  /** ANCOUNT. */
  get answers(): number {
    return this.#word(6);
  }

  /** Whether the first question could be read; if not, type and name are 0 and empty. */
  get hasQuestion(): boolean {
    return this.#word(7) !== 0;
  }

  get qtype(): number {
    return this.#word(8);
  }

  /** The text of the first question's name. */
  get name(): string {
    return textOfName(this.#core.bytes, NAME_AT, NAME_AT + this.#word(9));
  }

  /** A or AAAA records of the type that was asked for, as far as the captured bytes go. */
  get records(): number {
    return this.#word(11);
  }

  /** The longest answer over UDP that its sender takes (EDNS); 0 where it doesn't tell. */
  get ednsSize(): number {
    return this.#word(12);
  }

  /** Whether the capture cut the message. */
  get cut(): boolean {
    return this.#word(13) !== 0;
  }

  /**
   * Reads the message between `from` and `end`.
   *
   * @param length its length on the wire
   * @returns whether it can be a DNS message; what is cut is still one, if its id and flags are there
   */
  parse(bytes: Uint8Array, from: number, end: number, length: number): boolean {
    const core = this.#core;
    const at = core.placeRun(bytes, from, end);
    return core.loops.parseMessage(at, at + core.runLength(bytes, end - from), length) !== 0;
  }

  #word(place: number): number {
    return this.#core.words[MESSAGE_AT / 4 + place] as number;
  }
}
