/** Where the columns of a table stand, one behind the other, ordered by the size of their fields. */
export interface Place {
  readonly buffer: ArrayBufferLike;
  /** Where the first begins. */
  readonly at: number;
  /** For how many rows each has room. */
  readonly room: number;
  readonly length: number;
  /** Whether the columns are to outlive the buffer. */
  readonly copied: boolean;
}

// Columns by the offset in bytes that their field would have in a struct: each begins at that, times the room.

export const float64 = ({ buffer, at, room, length, copied }: Place, offset: number): Float64Array => {
  const column = new Float64Array(buffer, at + room * offset, length);
  return copied ? column.slice() : column;
};

export const int32 = ({ buffer, at, room, length, copied }: Place, offset: number): Int32Array => {
  const column = new Int32Array(buffer, at + room * offset, length);
  return copied ? column.slice() : column;
};

export const uint32 = (place: Place, offset: number): Uint32Array => unsigned(int32(place, offset));

export const uint16 = ({ buffer, at, room, length, copied }: Place, offset: number): Uint16Array => {
  const column = new Uint16Array(buffer, at + room * offset, length);
  return copied ? column.slice() : column;
};

export const uint8 = ({ buffer, at, room, length, copied }: Place, offset: number): Uint8Array => {
  const column = new Uint8Array(buffer, at + room * offset, length);
  return copied ? column.slice() : column;
};

export const int8 = (place: Place, offset: number): Int8Array => {
  const { buffer, byteOffset, length } = uint8(place, offset);
  return new Int8Array(buffer, byteOffset, length);
};

/** The same memory, read as numbers without a sign. */
const unsigned = ({ buffer, byteOffset, length }: Int32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);
