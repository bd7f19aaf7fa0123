/** Writes protobuf fields. */
export class ProtoWriter {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  /** What was written; valid until more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): this {
    this.#length = 0;
    return this;
  }

  /** A varint field; 0 is left out, as proto3 has it. */
  number(field: number, value: number | bigint): this {
    if (value === 0 || value === 0n) return this;
    this.#small(field << 3);
    this.varint(value);
    return this;
  }

  /** A field of bytes, such as a message. */
  message(field: number, body: Uint8Array): this {
    this.#small((field << 3) | 2);
    this.#small(body.length);
    this.#reserve(body.length);
    this.#bytes.set(body, this.#length);
    this.#length += body.length;
    return this;
  }

  /** A bare varint; negative ones take ten bytes, as int64 has it. */
  varint(value: number | bigint): this {
    if (typeof value === "number" && value >= 0) return this.#small(value);
    let left = BigInt.asUintN(64, BigInt(value));
    this.#reserve(10);
    while (left > 0x7fn) {
      this.#bytes[this.#length++] = Number(left & 0x7fn) | 0x80;
      left >>= 7n;
    }
    this.#bytes[this.#length++] = Number(left);
    return this;
  }

  /** A varint that a double holds. */
  #small(value: number): this {
    this.#reserve(10);
    let left = value;
    while (left > 0x7f) {
      this.#bytes[this.#length++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.#bytes[this.#length++] = left;
    return this;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
