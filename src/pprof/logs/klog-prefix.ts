import { isDigit } from "../ascii.ts";

const KLOG = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ [^\s\]]+:\d+\] /;
const LONGEST_KLOG = 160;

/** Where the text of a klog message begins; only its first line has a prefix. */
export function klogStop(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] as number;
  if (!isDigit(bytes[start + 1]) || (first !== 0x49 && first !== 0x57 && first !== 0x45 && first !== 0x46))
    return start;
  const head = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + LONGEST_KLOG)));
  return start + (KLOG.exec(head)?.[0].length ?? 0);
}
