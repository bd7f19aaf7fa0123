import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { int64 } from "./int64.ts";
import { isWireOf, PROFILE, VALUE_TYPE } from "./schema.ts";
import { stringIndex } from "./strings.ts";
import { FieldCursor, VARINT } from "./wire.ts";
import { readVarint } from "../bytes/index.ts";

/** What values mean, as indexes of strings: `cpu` in `nanoseconds`, `goroutine` as `count`. */
export interface ValueType {
  readonly type: number;
  readonly unit: number;
}

/** What a profile says of itself. Texts are indexes of strings, 0 where absent; integers are exact. */
export interface Header {
  /** What each value of a sample means. */
  readonly sampleTypes: readonly ValueType[];
  /** The *type* of the sample type to show first; where absent, tools show the last one. */
  readonly defaultSampleType: number;
  readonly periodType: ValueType | undefined;
  /** Events from one sample to the next. */
  readonly period: bigint;
  /** When it was taken, in nanoseconds since 1970; 0 where absent. */
  readonly timeNanos: bigint;
  /** How long it took; 0 where absent. */
  readonly durationNanos: bigint;
  readonly comments: readonly number[];
  /** RE2 expressions of functions that reports leave out, and of those that they keep all the same. */
  readonly dropFrames: number;
  readonly keepFrames: number;
  readonly docUrl: number;
}

/** Sample types that are read: real profiles have at most a dozen, and each is a column of memory. */
export const MOST_TYPES = 64;

/** Decodes what is neither a table nor a sample. A scalar that comes again replaces the former, as in all protobuf. */
export function readHeader(bytes: Uint8Array, outline: Outline, problems: ProfileProblems): Header {
  const cursor = new FieldCursor(bytes);
  const string = (from: FieldCursor): number => stringIndex(from, outline, problems);
  /** Calls back for each field of that number, of the wire types that it may have. */
  const each = (field: number, found: () => void): void => {
    if (outline.count[field] === 0) return;
    cursor.at = outline.first[field] ?? 0;
    const end = outline.last[field] ?? 0;
    while (cursor.next(end)) if (cursor.field === field && isWireOf(field, cursor.wire)) found();
  };
  const text = (field: number): number => {
    let index = 0;
    each(field, () => (index = string(cursor)));
    return index;
  };
  const integer = (field: number): bigint => {
    let value = 0n;
    each(field, () => (value = int64(cursor.low, cursor.high)));
    return value;
  };
  const types = (field: number): ValueType[] => {
    const found: ValueType[] = [];
    const inner = new FieldCursor(bytes);
    each(field, () => {
      if (found.length === MOST_TYPES) {
        problems.add("many-sample-types", cursor.begin);
        return;
      }
      let [type, unit] = [0, 0];
      inner.at = cursor.start;
      while (inner.next(cursor.stop)) {
        if (inner.wire !== VARINT) continue;
        if (inner.field === VALUE_TYPE.type) type = string(inner);
        else if (inner.field === VALUE_TYPE.unit) unit = string(inner);
      }
      if (inner.fault !== undefined) problems.add("bad-message", inner.begin);
      found.push({ type, unit });
    });
    return found;
  };
  const comments: number[] = [];
  each(PROFILE.comment, () => {
    if (cursor.wire === VARINT) {
      comments.push(string(cursor));
      return;
    }
    const inner = new FieldCursor(bytes, cursor.start);
    inner.begin = cursor.begin;
    while (readVarint(bytes, inner, cursor.stop)) comments.push(string(inner));
    if (inner.at < cursor.stop) problems.add("bad-message", inner.at);
  });
  return {
    sampleTypes: types(PROFILE.sampleType),
    defaultSampleType: text(PROFILE.defaultSampleType),
    periodType: types(PROFILE.periodType).at(-1),
    period: integer(PROFILE.period),
    timeNanos: integer(PROFILE.timeNanos),
    durationNanos: integer(PROFILE.durationNanos),
    comments,
    dropFrames: text(PROFILE.dropFrames),
    keepFrames: text(PROFILE.keepFrames),
    docUrl: text(PROFILE.docUrl),
  };
}
