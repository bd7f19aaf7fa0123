import { labelsOf, LabelSets, type Label } from "./label-sets.ts";
import { Int64ColumnBuilder } from "./int64.ts";
import { Profile } from "./profile.ts";
import type { Matcher } from "./re2.ts";
import { StoredSamples } from "./sample-store.ts";
import type { LineTable, LocationTable } from "./tables.ts";

/** A sample that is still there: its row, and what is left of its stack, leaf first. */
export interface KeptSample {
  readonly row: number;
  readonly stack: Uint32Array;
}

/** A profile that is being cut down: which lines each location still has, and which frames each sample. */
export class Reduction {
  readonly profile: Profile;
  /** By location: rows of its lines. */
  readonly lines: (readonly number[])[];
  samples: readonly KeptSample[];
  /** Which labels stay. */
  keepLabel: (label: Label) => boolean = () => true;

  constructor(profile: Profile) {
    const { lineStart, count } = profile.locations;
    const { stackStart, locations, count: samples } = profile.samples;
    this.profile = profile;
    this.lines = Array.from({ length: count }, (_, location) => {
      const from = lineStart[location] ?? 0;
      return Array.from({ length: (lineStart[location + 1] ?? 0) - from }, (_line, i) => from + i);
    });
    this.samples = Array.from({ length: samples }, (_, row) => ({
      row,
      stack: locations.subarray(stackStart[row], stackStart[row + 1]),
    }));
  }

  /** Locations that there are, but the one that stands for none. */
  *locations(): Generator<number> {
    for (let location = 1; location < this.lines.length; location++) yield location;
  }

  linesOf(location: number): readonly number[] {
    return this.lines[location] ?? [];
  }

  /** The profile as it is now. */
  result(): Profile {
    const { profile, samples } = this;
    const stackStart = new Uint32Array(samples.length + 1);
    for (const [i, { stack }] of samples.entries()) stackStart[i + 1] = (stackStart[i] ?? 0) + stack.length;
    const locations = new Uint32Array(stackStart[samples.length] ?? 0);
    for (const [i, { stack }] of samples.entries()) locations.set(stack, stackStart[i]);
    const values = profile.samples.values.map((from) => {
      const column = new Int64ColumnBuilder(samples.length);
      for (const [i, { row }] of samples.entries()) column.copy(i, from, row);
      return column;
    });
    const store = new StoredSamples(
      { first: 0, count: samples.length, stackStart, locations, values },
      () => {
        const sets = new LabelSets();
        const ids = samples.map(({ row }) => sets.add(labelsOf(profile.labels, row).filter(this.keepLabel)));
        return sets.columns((sample) => ids[sample] ?? 0, samples.length);
      },
    );
    const { mappings, functions, strings, noticed } = profile;
    return new Profile(profile, { mappings, functions, ...this.#tables() }, strings, store, noticed);
  }

  #tables(): { locations: LocationTable; lines: LineTable } {
    const { locations, lines } = this.profile;
    const rows = this.lines.flat();
    const lineStart = new Uint32Array(locations.count + 1);
    for (const [location, own] of this.lines.entries()) {
      lineStart[location + 1] = (lineStart[location] ?? 0) + own.length;
    }
    return {
      locations: { ...locations, lineStart },
      lines: {
        count: rows.length,
        function: Uint32Array.from(rows, (row) => lines.function[row] ?? 0),
        line: Float64Array.from(rows, (row) => lines.line[row] ?? 0),
      },
    };
  }
}

/** Tests of a profile's functions and binaries, each asked once. */
export class PlaceMatcher {
  readonly #profile: Profile;
  readonly #matcher: Matcher;
  readonly #functions = new Map<number, boolean>();
  readonly #mappings = new Map<number, boolean>();

  constructor(profile: Profile, matcher: Matcher) {
    this.#profile = profile;
    this.#matcher = matcher;
  }

  /** Whether a line's function matches by its name or its file; a line without a function has neither. */
  line(row: number): boolean {
    const { functions, lines } = this.#profile;
    const fn = lines.function[row] ?? 0;
    return (
      fn !== 0 &&
      asked(this.#functions, fn, () => {
        const [name, file] = [functions.name[fn] ?? 0, functions.filename[fn] ?? 0];
        return (
          this.#matcher.test(this.#profile.string(name)) || this.#matcher.test(this.#profile.string(file))
        );
      })
    );
  }

  /** Whether a location's binary matches by its path. */
  binary(location: number): boolean {
    const mapping = this.#profile.locations.mapping[location] ?? 0;
    return (
      mapping !== 0 &&
      asked(this.#mappings, mapping, () =>
        this.#matcher.test(this.#profile.string(this.#profile.mappings.file[mapping] ?? 0)),
      )
    );
  }
}

function asked(answers: Map<number, boolean>, row: number, ask: () => boolean): boolean {
  let answer = answers.get(row);
  if (answer === undefined) {
    answer = ask();
    answers.set(row, answer);
  }
  return answer;
}
