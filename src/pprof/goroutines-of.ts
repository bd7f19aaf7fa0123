import {
  type Frame,
  frameText,
  goroutineSet,
  type GoroutineSet,
  type GroupDraft,
  intersect,
  NO_LABELS,
  type SharedLabels,
  Tally,
} from "./goroutine-set.ts";
import type { Profile } from "./profile.ts";

/**
 * The goroutines of a goroutine profile; `undefined` for any other profile.
 *
 * A profile tells neither states nor waits nor who started whom: only debug=2 does.
 */
export function goroutinesOf(profile: Profile): GoroutineSet | undefined {
  const column = profile.sampleTypes.findIndex(
    ({ type, unit }) => profile.string(type) === "goroutine" && profile.string(unit) === "count",
  );
  const { samples } = profile;
  const counts = samples.values[column];
  if (counts === undefined) return undefined;

  const placeAt = placesByLocation(profile);
  const drafts = new Map<string, GroupDraft>();
  for (let row = 0; row < samples.count; row++) {
    const count = counts.numbers[row] ?? 0;
    if (count === 0) continue;
    const stack = samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1]);
    const places = Array.from(stack, placeAt);
    const key = places.map((place) => place.key).join(" ");
    const labels = labelsOf(profile, row);
    let draft = drafts.get(key);
    if (draft === undefined) {
      draft = { frames: places.flatMap(({ frames }) => frames), tally: new Tally(labels) };
      drafts.set(key, draft);
    }
    draft.tally.count += count;
    draft.tally.labels = intersect(draft.tally.labels, labels);
  }
  return goroutineSet("proto", [...drafts.values()], profile.diagnostics);
}

/** The frames of a location, leaf first: its inlined calls and the function that holds them. */
interface Place {
  readonly frames: readonly Frame[];
  /** A number for each of them that is the same for frames that are. */
  readonly key: string;
}

function placesByLocation(profile: Profile): (location: number) => Place {
  const { functions, lines, locations } = profile;
  const known = new Map<number, Place>();
  const numbers = new Map<string, number>();
  const numberOf = (frame: Frame): number => {
    const text = frameText(frame);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const read = (location: number): readonly Frame[] => {
    const start = locations.lineStart[location] ?? 0;
    const stop = locations.lineStart[location + 1] ?? 0;
    if (start === stop)
      return [{ func: `0x${(locations.address[location] ?? 0n).toString(16)}`, inlined: false }];
    return Array.from({ length: stop - start }, (_, index) => {
      const row = lines.function[start + index] ?? 0;
      const file = profile.string(functions.filename[row] ?? 0);
      const line = lines.line[start + index] ?? 0;
      return {
        func: profile.string(functions.name[row] ?? 0),
        ...(file === "" ? {} : { file }),
        ...(line === 0 ? {} : { line }),
        inlined: start + index + 1 < stop,
      };
    });
  };
  return (location) => {
    let place = known.get(location);
    if (place === undefined) {
      const frames = read(location);
      known.set(location, (place = { frames, key: frames.map(numberOf).join(" ") }));
    }
    return place;
  };
}

function labelsOf(profile: Profile, row: number): SharedLabels {
  const { start, key, str, num, numUnit } = profile.labels;
  const from = start[row] ?? 0;
  const to = start[row + 1] ?? 0;
  if (from === to) return NO_LABELS;
  const labels = new Map<string, string>();
  for (let label = from; label < to; label++) {
    const text = str[label] ?? 0;
    const number = (): string => `${num.bigint(label)}${profile.string(numUnit[label] ?? 0)}`;
    labels.set(profile.string(key[label] ?? 0), text === 0 ? number() : profile.string(text));
  }
  return labels;
}
