import { decodeText } from "../bytes/index.ts";

/** Signatures of PKWARE's APPNOTE.TXT 6.3, section 4.3, as numbers. */
export const ZIP = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** What a local header or an entry of the directory says of a member. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Whether checksum and sizes follow the data. */
  readonly hasDescriptor: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header stands; of entries of the directory. */
  readonly offset: number;
  readonly isLink: boolean;
}

/** Whether bytes begin as a zip archive does, an empty one included. */
export function isZip(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const signature = le32(head, 0);
  return signature === ZIP.local || (signature === ZIP.end && head.length >= 22);
}

/** Length of a local header's fixed part, and where it has the lengths of name and extra field. */
export const LOCAL = { length: 30, name: 26, extra: 28 } as const;

/** A local header (section 4.3.7). @param variable name and extra field, which follow it */
export function localEntry(head: Uint8Array, variable: Uint8Array): ZipEntry {
  const nameLength = le16(head, LOCAL.name);
  const extra = variable.subarray(nameLength);
  const flags = le16(head, 6);
  const [size, packed] = wide(extra, [le32(head, 22), le32(head, 18)]);
  return {
    name: nameOf(variable.subarray(0, nameLength), extra, flags, false),
    method: le16(head, 8),
    ...flagsOf(flags),
    crc: le32(head, 14),
    packed: packed ?? 0,
    size: size ?? 0,
    offset: 0,
    isLink: false,
  };
}

/** Length of a directory entry's fixed part, and where it has the lengths of what follows. */
export const CENTRAL = { length: 46, name: 28, extra: 30, comment: 32 } as const;

/** An entry of the directory (section 4.3.12). @param variable name, extra field and comment, which follow it */
export function centralEntry(head: Uint8Array, variable: Uint8Array): ZipEntry {
  const nameLength = le16(head, CENTRAL.name);
  const extra = variable.subarray(nameLength, nameLength + le16(head, CENTRAL.extra));
  const flags = le16(head, 8);
  const [size, packed, offset] = wide(extra, [le32(head, 24), le32(head, 20), le32(head, 42)]);
  const madeBy = le16(head, 4) >> 8;
  return {
    name: nameOf(variable.subarray(0, nameLength), extra, flags, madeBy === 0),
    method: le16(head, 10),
    ...flagsOf(flags),
    crc: le32(head, 16),
    packed: packed ?? 0,
    size: size ?? 0,
    offset: offset ?? 0,
    // Unix keeps a file's mode in the upper half of its attributes.
    isLink: madeBy === 3 && le32(head, 38) >>> 28 === 0xa,
  };
}

const flagsOf = (flags: number): Pick<ZipEntry, "isEncrypted" | "hasDescriptor"> => ({
  isEncrypted: (flags & 0x2041) !== 0,
  hasDescriptor: (flags & 8) !== 0,
});

/** Values that don't fit 32 bits stand in an extra field, in order and only those (section 4.5.3). */
function wide(extra: Uint8Array, values: readonly number[]): number[] {
  const field = extraField(extra, 1);
  let at = 0;
  return values.map((value) => {
    if (value !== 0xffffffff || field === undefined || at + 8 > field.length) return value;
    at += 8;
    return le64(field, at - 8);
  });
}

function extraField(extra: Uint8Array, id: number): Uint8Array | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + le16(extra, at + 2))
    if (le16(extra, at) === id) return extra.subarray(at + 4, at + 4 + le16(extra, at + 2));
  return undefined;
}

/** The upper half of code page 437, which names without a flag are in unless they happen to be UTF-8. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";

function nameOf(bytes: Uint8Array, extra: Uint8Array, flags: number, isDos: boolean): string {
  // Info-ZIP's Unicode path: version, checksum of the other name, name (section 4.6.9).
  const unicode = extraField(extra, 0x7075)?.subarray(5);
  const name =
    unicode !== undefined && unicode.length > 0
      ? decodeText(unicode)
      : (flags & 0x800) !== 0 || isUtf8(bytes)
        ? decodeText(bytes)
        : Array.from(bytes, (byte) =>
            byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? "\ufffd"),
          ).join("");
  // Windows' own packers once wrote its own separators.
  return isDos || !name.includes("/") ? name.replaceAll("\\", "/") : name;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export const le16 = (b: Uint8Array, at: number): number => (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8);
export const le32 = (b: Uint8Array, at: number): number =>
  (le16(b, at) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24)) >>> 0;
/** As a number, which is exact up to 2^53. */
export const le64 = (b: Uint8Array, at: number): number => le32(b, at) + le32(b, at + 4) * 2 ** 32;
