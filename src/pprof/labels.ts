import { type Int64Column, Int64ColumnBuilder } from "./int64.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { LABEL, PROFILE, SAMPLE } from "./schema.ts";
import { samplesOf } from "./sample-reader.ts";
import { stringIndex } from "./strings.ts";
import { BYTES, FieldCursor, VARINT } from "./wire.ts";

/**
 * Labels in columns, sample after sample. A key may come several times in one sample. A label is of text if it has
 * a {@link str}, else a number; 0 without a unit is a number too, though pprof drops it.
 */
export interface Labels {
  /** Where each sample's labels begin; they end where the next one's begin. One entry more than there are samples. */
  readonly start: Uint32Array;
  /** Index of the key's string; likewise the others. */
  readonly key: Uint32Array;
  /** 0 for a number. */
  readonly str: Uint32Array;
  readonly num: Int64Column;
  /** 0 where none was given. */
  readonly numUnit: Uint32Array;
}

/** Decodes all labels. They are apart from the samples because most views never look at them. */
export function readLabels(bytes: Uint8Array, outline: Outline, problems: ProfileProblems): Labels {
  const start = startsOf(bytes, outline);
  const count = start[start.length - 1] ?? 0;
  const key = new Uint32Array(count);
  const str = new Uint32Array(count);
  const num = new Int64ColumnBuilder(count);
  const numUnit = new Uint32Array(count);
  const fields = new FieldCursor(bytes);
  const label = new FieldCursor(bytes);
  const string = (): number => stringIndex(label, outline, problems);

  let row = 0;
  for (const sample of count === 0 ? [] : samplesOf(bytes, outline)) {
    fields.at = sample.start;
    while (fields.next(sample.stop)) {
      if (fields.field !== SAMPLE.label || fields.wire !== BYTES) continue;
      let low = 0;
      let high = 0;
      label.at = fields.start;
      while (label.next(fields.stop)) {
        if (label.wire !== VARINT) continue;
        if (label.field === LABEL.key) key[row] = string();
        else if (label.field === LABEL.str) str[row] = string();
        else if (label.field === LABEL.numUnit) numUnit[row] = string();
        else if (label.field === LABEL.num) {
          low = label.low;
          high = label.high;
        }
      }
      if (label.fault !== undefined) problems.add("bad-message", label.begin);
      num.set(row++, low, high);
    }
  }
  return { start, key, str, num, numUnit };
}

function startsOf(bytes: Uint8Array, outline: Outline): Uint32Array {
  const start = new Uint32Array((outline.count[PROFILE.sample] ?? 0) + 1);
  const fields = new FieldCursor(bytes);
  let labels = 0;
  let row = 0;
  for (const sample of samplesOf(bytes, outline)) {
    fields.at = sample.start;
    while (fields.next(sample.stop)) if (fields.field === SAMPLE.label && fields.wire === BYTES) labels++;
    start[++row] = labels;
  }
  return start;
}
