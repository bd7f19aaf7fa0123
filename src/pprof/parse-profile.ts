import { type Diagnostic, gunzip, isGzip } from "../bytes/index.ts";
import { type Header, MOST_TYPES, readHeader, type ValueType } from "./header.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { Profile } from "./profile.ts";
import { profileProblems, type ProfileProblems } from "./profile-problems.ts";
import { EncodedSamples, valuesOfFirst } from "./samples.ts";
import { PROFILE } from "./schema.ts";
import { StringTable } from "./strings.ts";
import { readTables } from "./table-reader.ts";

/** Most bytes of a profile unless the caller says otherwise. Offsets are kept in 32 bits, so twice this is the end. */
export const DEFAULT_MAX_BYTES = 2 ** 31;

/**
 * Decodes a profile.proto, gzipped or not.
 *
 * @param options.maxBytes most bytes to decode, gunzipped: what is larger is read up to there, with a diagnostic
 */
export function parseProfile(bytes: Uint8Array, options: { maxBytes?: number } = {}): Profile {
  const maxBytes = Math.min(options.maxBytes ?? DEFAULT_MAX_BYTES, 2 ** 32 - 1);
  const diagnostics: Diagnostic[] = [];
  let raw = bytes;
  if (isGzip(bytes)) {
    const gunzipped = gunzip(bytes, maxBytes);
    raw = gunzipped.bytes;
    diagnostics.push(...gunzipped.diagnostics);
  }
  const problems = profileProblems();
  if (raw.length > maxBytes) problems.add("profile-limit", maxBytes);
  const outline = outlineOf(raw, Math.min(raw.length, maxBytes), problems);
  if (raw.length === 0) problems.add("profile-empty", 0);
  else if (outline.count.every((n) => n === 0)) problems.add("profile-unrecognised", 0);

  const tables = readTables(raw, outline, problems);
  const strings = new StringTable(raw, outline);
  if (strings.lengthOf(0) !== 0) problems.add("bad-string-table", outline.first[PROFILE.string] ?? 0);
  const header = withSampleTypes(raw, outline, readHeader(raw, outline, problems), problems);
  const { locationIds } = tables;
  const columns = header.sampleTypes.length;
  const samples = new EncodedSamples({ bytes: raw, outline, locationIds, columns });
  return new Profile(header, tables, strings, samples, [...diagnostics, ...problems.diagnostics()]);
}

/** Sees to it that there is a type for each value that is worth a column. */
function withSampleTypes(
  bytes: Uint8Array,
  outline: Outline,
  header: Header,
  problems: ProfileProblems,
): Header {
  const samples = outline.count[PROFILE.sample] ?? 0;
  if (samples === 0) return header;
  let { sampleTypes } = header;
  if (sampleTypes.length === 0) {
    problems.add("no-sample-type", outline.first[PROFILE.sample] ?? 0);
    const length = Math.min(valuesOfFirst(bytes, outline), MOST_TYPES);
    sampleTypes = Array.from({ length }, (): ValueType => ({ type: 0, unit: 0 }));
  }
  // A value takes at least a byte: with more types than that, samples lack values, and columns would only cost memory.
  return { ...header, sampleTypes: sampleTypes.slice(0, Math.ceil(bytes.length / samples)) };
}
