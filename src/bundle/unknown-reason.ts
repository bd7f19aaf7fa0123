import { headText } from "../bytes/index.ts";
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

/** What other files are, by how they begin: `undefined` where nothing tells. */
const OTHERS: readonly (readonly [begin: RegExp, what: string])[] = [
  [/^LPKSHHRH/, "a binary journal: journalctl --file FILE makes text of it"],
  [/^\x7fELF[^]{12}\x04\0/, "a core dump"],
  [/^\x7fELF/, "a program or library"],
  [/^PERFILE2/, "recorded by perf: perf script makes text of it"],
  [/^(?:KDUMP {3}|DISKDUMP)/, "a dump of the kernel's memory"],
  [/^SQLite format 3\0/, "a SQLite database"],
  [/^(?:\xff\xd8\xff|\x89PNG|GIF8|RIFF[^]{4}WEBP)/, "a picture: ask for the text"],
  [/^%PDF-/, "a PDF document: ask for the text"],
  [/^\s*(?:<!DOCTYPE html|<html)/i, "an HTML page"],
  [/^\s*<\?xml/, "XML"],
  [/^-----BEGIN /, "a certificate or key"],
];

/** Why a file is of no kind. @param head its first bytes */
export function unknownReason(head: Uint8Array): string {
  if (head.length === 0) return "empty";
  if (isPacked(head)) return `archives are nested too deep here to be opened`;
  for (const [magic, what] of UNOPENED) {
    if (magic.every((byte, i) => head[i] === byte)) return `${what}: not a form that is opened`;
  }
  const begin = String.fromCharCode(...head.subarray(0, 256));
  const other = OTHERS.find(([pattern]) => pattern.test(begin))?.[1];
  if (other !== undefined) return other;
  const text = headText(head);
  if (text === undefined) return "binary data of no kind that inquest knows";
  if (/^\s*$/.test(text)) return "blank";
  if (/^-- No entries --\s*$/.test(begin)) return "the journal had no entries";
  return /^\s*(?:\{\s*["}]|\[\s*["{[\]\d])/.test(begin) ? "JSON of no kind that inquest knows" : UNKNOWN_TEXT;
}

const UNKNOWN_TEXT = "not a kind of artifact that inquest knows";
