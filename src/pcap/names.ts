import type { Core } from "./core.ts";

/** The small numbers of domain names. Number 0 is a name that isn't known, because the capture cut it or there are too many. */
export class Names {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Names that got no number because there were too many. */
  get refused(): number {
    return this.#core.loops.namesRefused();
  }

  /**
   * What gives the texts of the names, when none is added any more: with dots between labels and none at the end, `.` for the root; empty
   * for a name that isn't known.
   */
  reader(): (number: number) => string {
    const { loops } = this.#core;
    const count = loops.nameCount();
    const ofStarts = this.#core.keep(loops.nameStarts(), 4 * (count + 1));
    const starts = new Uint32Array(ofStarts.buffer, ofStarts.at, count + 1);
    const length = starts[count] as number;
    const ofBytes = this.#core.keep(loops.nameBytes(), length);
    const bytes = new Uint8Array(ofBytes.buffer, ofBytes.at, length);
    const told: string[] = [];
    return (number) => {
      if (number <= 0 || number >= count) return "";
      return (told[number] ??= textOfName(bytes, starts[number] as number, starts[number + 1] as number));
    };
  }
}

/** The text of a name as it stands in a message, without its last zero; escapes as in RFC 4343, section 2.1. */
export function textOfName(bytes: Uint8Array, from: number, end: number): string {
  const labels: string[] = [];
  for (let at = from; at < end;) {
    const size = bytes[at] as number;
    labels.push(label(bytes.subarray(at + 1, at + 1 + size)));
    at += 1 + size;
  }
  return labels.length === 0 ? "." : labels.join(".");
}

function label(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${String(byte).padStart(3, "0")}`;
  }
  return text;
}
