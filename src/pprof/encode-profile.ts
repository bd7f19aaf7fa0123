import type { ValueType } from "./header.ts";
import { ProtoWriter } from "./proto-writer.ts";
import type { Profile } from "./profile.ts";
import { FUNCTION, LABEL, LINE, LOCATION, MAPPING, PROFILE, SAMPLE, VALUE_TYPE } from "./schema.ts";

/**
 * A profile as profile.proto, not gzipped. Ids are rows; all that {@link parseProfile} reads is there again, but for bytes of
 * strings that were no UTF-8.
 */
export function encodeProfile(profile: Profile): Uint8Array {
  const out = new ProtoWriter();
  writeHeader(out, profile);
  writeSamples(out, profile);
  writeTables(out, profile);
  const text = new TextEncoder();
  for (let index = 0; index < Math.max(1, profile.stringCount); index++) {
    out.message(PROFILE.string, text.encode(index === 0 ? "" : profile.string(index)));
  }
  return out.bytes.slice();
}

/** A mapping's has_functions, has_filenames, has_line_numbers and has_inline_frames: there is nothing left to look up. */
const SYMBOLIZED = [7, 8, 9, 10];

function writeHeader(out: ProtoWriter, profile: Profile): void {
  const part = new ProtoWriter();
  const type = ({ type: name, unit }: ValueType): Uint8Array =>
    part.clear().number(VALUE_TYPE.type, name).number(VALUE_TYPE.unit, unit).bytes;
  for (const one of profile.sampleTypes) out.message(PROFILE.sampleType, type(one));
  out.number(PROFILE.dropFrames, profile.dropFrames).number(PROFILE.keepFrames, profile.keepFrames);
  out.number(PROFILE.timeNanos, profile.timeNanos).number(PROFILE.durationNanos, profile.durationNanos);
  if (profile.periodType) out.message(PROFILE.periodType, type(profile.periodType));
  out.number(PROFILE.period, profile.period);
  part.clear();
  for (const comment of profile.comments) part.varint(comment);
  if (profile.comments.length > 0) out.message(PROFILE.comment, part.bytes);
  out.number(PROFILE.defaultSampleType, profile.defaultSampleType).number(PROFILE.docUrl, profile.docUrl);
}

function writeSamples(out: ProtoWriter, profile: Profile): void {
  const { labels } = profile;
  const [sampleOut, part] = [new ProtoWriter(), new ProtoWriter()];
  for (const { count, first, stackStart, locations, values } of profile.sampleWindows()) {
    for (let row = 0; row < count; row++) {
      sampleOut.clear();
      part.clear();
      for (let frame = stackStart[row] ?? 0; frame < (stackStart[row + 1] ?? 0); frame++)
        part.varint(locations[frame] ?? 0);
      if (part.bytes.length > 0) sampleOut.message(SAMPLE.location, part.bytes);
      part.clear();
      for (const column of values) part.varint(column.bigint(row));
      sampleOut.message(SAMPLE.value, part.bytes);
      for (
        let label = labels.start[first + row] ?? 0;
        label < (labels.start[first + row + 1] ?? 0);
        label++
      ) {
        part
          .clear()
          .number(LABEL.key, labels.key[label] ?? 0)
          .number(LABEL.str, labels.str[label] ?? 0);
        part.number(LABEL.num, labels.num.bigint(label)).number(LABEL.numUnit, labels.numUnit[label] ?? 0);
        sampleOut.message(SAMPLE.label, part.bytes);
      }
      out.message(PROFILE.sample, sampleOut.bytes);
    }
  }
}

function writeTables(out: ProtoWriter, { mappings, locations, lines, functions }: Profile): void {
  const [part, lineOut] = [new ProtoWriter(), new ProtoWriter()];
  const symbolized = new Set<number>();
  for (let row = 1; row < locations.count; row++) {
    const hasLines = locations.lineStart[row] !== locations.lineStart[row + 1];
    if (hasLines) symbolized.add(locations.mapping[row] ?? 0);
  }
  for (let row = 1; row < mappings.count; row++) {
    part
      .clear()
      .number(MAPPING.id, row)
      .number(MAPPING.start, mappings.start[row] ?? 0n);
    part.number(MAPPING.limit, mappings.limit[row] ?? 0n).number(MAPPING.offset, mappings.offset[row] ?? 0n);
    part
      .number(MAPPING.filename, mappings.file[row] ?? 0)
      .number(MAPPING.buildId, mappings.buildId[row] ?? 0);
    if (symbolized.has(row)) for (const flag of SYMBOLIZED) part.number(flag, 1);
    out.message(PROFILE.mapping, part.bytes);
  }
  for (let row = 1; row < locations.count; row++) {
    part
      .clear()
      .number(LOCATION.id, row)
      .number(LOCATION.mapping, locations.mapping[row] ?? 0);
    part.number(LOCATION.address, locations.address[row] ?? 0n);
    for (let line = locations.lineStart[row] ?? 0; line < (locations.lineStart[row + 1] ?? 0); line++) {
      lineOut
        .clear()
        .number(LINE.function, lines.function[line] ?? 0)
        .number(LINE.line, lines.line[line] ?? 0);
      part.message(LOCATION.line, lineOut.bytes);
    }
    out.message(PROFILE.location, part.bytes);
  }
  for (let row = 1; row < functions.count; row++) {
    part
      .clear()
      .number(FUNCTION.id, row)
      .number(FUNCTION.name, functions.name[row] ?? 0);
    part
      .number(FUNCTION.systemName, functions.systemName[row] ?? 0)
      .number(FUNCTION.filename, functions.filename[row] ?? 0);
    part.number(FUNCTION.startLine, functions.startLine[row] ?? 0);
    out.message(PROFILE.function, part.bytes);
  }
}
