import { compressionOf } from "./compressions.ts";
import { isTar } from "./tar.ts";
import { isZip } from "./zip-header.ts";

/** Compressed and packed forms that are recognised and not opened. */
const UNOPENED: readonly (readonly [magic: readonly number[], what: string])[] = [
  [[0x42, 0x5a, 0x68], "bzip2-compressed"],
  [[0x04, 0x22, 0x4d, 0x18], "lz4-compressed"],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive"],
  [[0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], "a RAR archive"],
  [[0x5d, 0x00, 0x00], "lzma-compressed"],
  [[0x1f, 0x9d], "compressed by compress"],
  [[0x50, 0x4b, 0x07, 0x08], "a part of a split zip archive"],
];

/** Whether bytes are those of an archive, or of a compressed file. */
export const isPacked = (head: Uint8Array): boolean =>
  compressionOf(head) !== undefined || isTar(head) || isZip(head);

/** Why a file is of no kind. @param head its first bytes */
export function unknownReason(head: Uint8Array): string {
  if (head.length === 0) return "empty";
  if (isPacked(head)) return `archives are nested too deep here to be opened`;
  for (const [magic, what] of UNOPENED) {
    if (magic.every((byte, i) => head[i] === byte)) return `${what}: not a form that is opened`;
  }
  return "not a kind of artifact that inquest knows";
}
