import { gunzip, HEAD_LENGTH, isGzip } from "../bytes/index.ts";
import { isProfile } from "./is-profile.ts";
import { cpuHeader } from "./legacy/cpu.ts";
import { readLegacy } from "./legacy/read-legacy.ts";
import { findStart, isOfGoroutines } from "./legacy/starts.ts";
import { unreadForm } from "./legacy/unread-forms.ts";
import { DEFAULT_MAX_BYTES, parseProfile } from "./parse-profile.ts";
import { plainHead, plainText } from "./plain-text.ts";
import type { Profile } from "./profile.ts";

/**
 * Reads a profile, whatever form it has: profile.proto, gzipped or not; the texts that Go writes with debug=1; heap profiles of
 * gperftools and jemalloc; CPU profiles of gperftools.
 *
 * @returns `undefined` where the bytes are no profile
 */
export function readProfile(bytes: Uint8Array): Profile | undefined {
  if (!isGzip(bytes)) return readRaw(bytes);
  const { bytes: raw, diagnostics } = gunzip(bytes, DEFAULT_MAX_BYTES);
  const profile = readRaw(raw);
  return diagnostics.length === 0 ? profile : (profile ?? parseProfile(raw)).noticing(diagnostics);
}

function readRaw(bytes: Uint8Array): Profile | undefined {
  return isProfile(bytes.subarray(0, HEAD_LENGTH)) ? parseProfile(bytes) : readLegacy(plainText(bytes));
}

/**
 * Whether a head is that of a profile that {@link readProfile} reads. A text of goroutines isn't meant, though it is read: it
 * tells more as what it is.
 */
export function looksLikeProfile(head: Uint8Array): boolean {
  if (isProfile(head) || cpuHeader(head) !== undefined) return true;
  const text = plainHead(head);
  if (text === undefined) return false;
  if (unreadForm(text)) return true;
  const start = findStart(text);
  return start !== undefined && !isOfGoroutines(start);
}
