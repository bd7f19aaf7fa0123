import { gunzipSync, gzipSync } from "node:zlib";
import { isCapture, shiftCapture } from "./captures.ts";
import type { Files } from "./samples.ts";
import { rewritten } from "./samples.ts";

const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b;
/** What isn't text in the samples, beside captures. */
export const isProfile = (path: string): boolean => /\.pb(?:\.gz)?$/.test(path);

interface Changes {
  capture?(body: Uint8Array): Uint8Array;
  profile?(body: Uint8Array): Uint8Array;
  text?(text: string, path: string): string;
}

/** Changes each file's content by what it is; a compressed one stays compressed. Bytes that are no UTF-8 survive. */
export const changed = (files: Files, changes: Changes): Files =>
  rewritten(files, (body, path) => {
    const plain = isGzip(body) ? new Uint8Array(gunzipSync(body)) : body;
    const after = isCapture(plain)
      ? changes.capture?.(plain)
      : isProfile(path)
        ? changes.profile?.(plain)
        : changes.text && Buffer.from(changes.text(Buffer.from(plain).toString("latin1"), path), "latin1");
    if (after === undefined) return body;
    return new Uint8Array(isGzip(body) ? gzipSync(after) : after);
  });

/** The texts of a case, one after another. */
export function textOf(files: Files): string {
  const texts: string[] = [];
  changed(files, {
    text: (text) => {
      texts.push(text);
      return text;
    },
  });
  return texts.join("\n");
}

/** A protobuf varint at a place: its value and where it ends. */
function varint(body: Uint8Array, at: number): [value: bigint, end: number] {
  let value = 0n;
  for (let i = 0; ; i++) {
    const byte = BigInt(body[at + i] ?? 0);
    value |= (byte & 127n) << BigInt(7 * i);
    if (byte < 128n) return [value, at + i + 1];
  }
}

function varintOf(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number((value & 127n) | 128n), ...varintOf(value >> 7n)];
}

const TIME_NANOS = 9n;

/** A profile that was taken so many seconds later: `time_nanos` of profile.proto. */
export function shiftProfile(body: Uint8Array, seconds: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const start = at;
    const [tag, value] = varint(body, at);
    const [field, end] = varint(body, value);
    at = (tag & 7n) === 2n ? end + Number(field) : end;
    const isTime = tag === ((TIME_NANOS << 3n) | 0n);
    parts.push(
      isTime
        ? Uint8Array.from([
            ...body.subarray(start, value),
            ...varintOf(field + BigInt(seconds) * 1_000_000_000n),
          ])
        : body.subarray(start, at),
    );
  }
  return Uint8Array.from(Buffer.concat(parts));
}

const pad = (number: number, length = 2): string => String(number).padStart(length, "0");
/** The years that captures, logs and objects of the samples are of; a release date of a kernel stands elsewhere. */
const ISO = /\b(20[12]\d-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z/g;
const KLOG = /\b([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d)(\.\d+)/g;
const UNIX = /(?<=\[|seconds )(1[67]\d{8})(?=[.,\n])/g;

/** ISO times, klog's, which have no year, and seconds since 1970, in texts. `zone` in minutes: ISO times are written in it. */
export function shiftText(text: string, seconds: number, zone = 0): string {
  const [, year = "2026"] = /\b(20[12]\d)-\d\d-\d\dT/.exec(text) ?? [];
  const sign = zone < 0 ? "-" : "+";
  const suffix =
    zone === 0 ? "Z" : `${sign}${pad(Math.floor(Math.abs(zone) / 60))}:${pad(Math.abs(zone) % 60)}`;
  return text
    .replace(ISO, (_, day: string, time: string, fraction = "") => {
      const at = new Date(Date.parse(`${day}T${time}Z`) + (seconds + zone * 60) * 1000);
      return `${at.toISOString().slice(0, 19)}${fraction}${suffix}`;
    })
    .replace(KLOG, (_, level: string, month: string, day: string, time: string, fraction: string) => {
      const at = new Date(Date.parse(`${year}-${month}-${day}T${time}Z`) + seconds * 1000);
      const iso = at.toISOString();
      return `${level}${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 19)}${fraction}`;
    })
    .replace(UNIX, (_, at: string) => String(Number(at) + seconds));
}

/** All clocks of a case so many whole seconds later. */
export const shifted = (files: Files, seconds: number, zone = 0): Files =>
  changed(files, {
    capture: (body) => shiftCapture(body, seconds),
    profile: (body) => shiftProfile(body, seconds),
    text: (text) => shiftText(text, seconds, zone),
  });
