const FIRST_SLOTS = 1 << 10;
const FIRST_BYTES = 1 << 14;

/**
 * Gives each domain name a small number. Names are kept as they stand in a message, lower-cased: length, label, and so
 * on, without the last zero. Number 0 is a name that isn't known, because the capture cut it or there are too many.
 */
export class Names {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each name begins; one more than there are names. */
  #starts = new Uint32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS);
  #slots = new Int32Array(2 * FIRST_SLOTS);
  /** The unknown name has number 0. */
  #count = 1;
  #refused = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Names that got no number because there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * The number of the name in the first `length` bytes; 0 if there are too many.
   *
   * @param hash a hash of those bytes, always the same for the same bytes
   */
  intern(name: Uint8Array, length: number, hash: number): number {
    const slot = this.#slot(name, length, hash);
    const known = this.#slots[slot] as number;
    if (known !== 0) return known;
    if (this.#count > this.#limit) {
      this.#refused++;
      return 0;
    }
    const added = this.#count++;
    if (added + 1 >= this.#starts.length) this.#grow();
    const start = this.#starts[added] as number;
    this.#reserve(start + length);
    for (let i = 0; i < length; i++) this.#bytes[start + i] = name[i] as number;
    this.#starts[added + 1] = start + length;
    this.#hashes[added] = hash;
    this.#slots[this.#slot(name, length, hash)] = added;
    return added;
  }

  /** The number of the name in the first `length` bytes; 0 if it has none. */
  find(name: Uint8Array, length: number, hash: number): number {
    return this.#slots[this.#slot(name, length, hash)] as number;
  }

  /** {@link text} as a function that keeps what it has told, and holds nothing but the names. */
  reader(): (number: number) => string {
    const told: string[] = [];
    return (number) => (told[number] ??= this.text(number));
  }

  /** The name with dots between labels and none at the end, `.` for the root; escapes as in RFC 4343, section 2.1. */
  text(number: number): string {
    if (number <= 0 || number >= this.#count) return "";
    const end = this.#starts[number + 1] as number;
    const labels: string[] = [];
    for (let at = this.#starts[number] as number; at < end;) {
      const size = this.#bytes[at] as number;
      labels.push(label(this.#bytes.subarray(at + 1, at + 1 + size)));
      at += 1 + size;
    }
    return labels.length === 0 ? "." : labels.join(".");
  }

  /** The slot where the name is, or would be. */
  #slot(name: Uint8Array, length: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number === 0 || (this.#hashes[number] === hash && this.#is(number, name, length))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #is(number: number, name: Uint8Array, length: number): boolean {
    const start = this.#starts[number] as number;
    if ((this.#starts[number + 1] as number) - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== name[i]) return false;
    return true;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  #grow(): void {
    const size = 2 * this.#starts.length;
    const starts = new Uint32Array(size);
    starts.set(this.#starts);
    this.#starts = starts;
    const hashes = new Int32Array(size);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#slots = new Int32Array(2 * size);
    const mask = 2 * size - 1;
    for (let number = 1; number < this.#count - 1; number++) {
      let slot = (hashes[number] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }
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
