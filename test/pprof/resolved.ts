import type { Profile, Samples } from "../../src/pprof/index.ts";
import { oracle } from "./oracle.ts";

/** A profile with every reference followed, the same from our reader and from the oracle. */
export interface Resolved {
  readonly header: unknown;
  readonly samples: readonly {
    readonly stack: unknown[];
    readonly values: string[];
    readonly labels: unknown[];
  }[];
}

export function resolveOracle(bytes: Uint8Array): Resolved {
  const decoded = oracle(bytes);
  const string = (index: string) => decoded.stringTable?.[Number(index)] ?? "";
  const mappings = new Map(decoded.mapping?.map((m) => [m.id, m]));
  const functions = new Map(decoded.function?.map((f) => [f.id, f]));
  const locations = new Map(decoded.location?.map((l) => [l.id, l]));
  const type = (of: { type: string; unit: string }) => `${string(of.type)}/${string(of.unit)}`;
  const locate = (id: string) => {
    const location = locations.get(id);
    const mapping = mappings.get(location?.mappingId ?? "");
    return {
      address: location?.address,
      mapping:
        mapping === undefined
          ? undefined
          : [
              mapping.memoryStart,
              mapping.memoryLimit,
              mapping.fileOffset,
              string(mapping.filename),
              string(mapping.buildId),
            ],
      lines: location?.line?.map(({ functionId, line }) => {
        const f = functions.get(functionId);
        return f && [string(f.name), string(f.systemName), string(f.filename), f.startLine, line];
      }),
    };
  };
  return {
    header: {
      sampleTypes: decoded.sampleType?.map(type),
      defaultSampleType: string(decoded.defaultSampleType),
      periodType: decoded.periodType ? type(decoded.periodType) : undefined,
      period: decoded.period,
      timeNanos: decoded.timeNanos,
      durationNanos: decoded.durationNanos,
      comments: decoded.comment?.map(string),
      texts: [decoded.dropFrames, decoded.keepFrames, decoded.docUrl].map(string),
    },
    samples: (decoded.sample ?? []).map((sample) => ({
      stack: (sample.locationId ?? []).map(locate),
      values: sample.value ?? [],
      labels: (sample.label ?? []).map((l) => [string(l.key), string(l.str), l.num, string(l.numUnit)]),
    })),
  };
}

export function resolve(profile: Profile, batches: Iterable<Samples>): Resolved {
  const string = (index: number | undefined) => profile.string(index ?? 0);
  const { mappings, functions, locations, lines, labels } = profile;
  const type = (of: { type: number; unit: number }) => `${string(of.type)}/${string(of.unit)}`;
  const locate = (row: number) => {
    const mapping = locations.mapping[row] ?? 0;
    const rows = range(locations.lineStart[row], locations.lineStart[row + 1]);
    return {
      address: String(locations.address[row]),
      mapping:
        mapping === 0
          ? undefined
          : [
              String(mappings.start[mapping]),
              String(mappings.limit[mapping]),
              String(mappings.offset[mapping]),
              string(mappings.file[mapping]),
              string(mappings.buildId[mapping]),
            ],
      lines: rows.map((line) => {
        const f = lines.function[line] ?? 0;
        return [
          string(functions.name[f]),
          string(functions.systemName[f]),
          string(functions.filename[f]),
          String(functions.startLine[f]),
          String(lines.line[line]),
        ];
      }),
    };
  };
  const samples = [];
  for (const batch of batches) {
    for (let row = 0; row < batch.count; row++) {
      const sample = batch.first + row;
      samples.push({
        stack: Array.from(batch.locations.subarray(batch.stackStart[row], batch.stackStart[row + 1]), locate),
        values: batch.values.map((column) => String(column.bigint(row))),
        labels: range(labels.start[sample], labels.start[sample + 1]).map((label) => [
          string(labels.key[label]),
          string(labels.str[label]),
          String(labels.num.bigint(label)),
          string(labels.numUnit[label]),
        ]),
      });
    }
  }
  return {
    header: {
      sampleTypes: profile.sampleTypes.map(type),
      defaultSampleType: string(profile.defaultSampleType),
      periodType: profile.periodType === undefined ? undefined : type(profile.periodType),
      period: String(profile.period),
      timeNanos: String(profile.timeNanos),
      durationNanos: String(profile.durationNanos),
      comments: profile.comments.map(string),
      texts: [profile.dropFrames, profile.keepFrames, profile.docUrl].map(string),
    },
    samples,
  };
}

export function range(from = 0, to = 0): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
