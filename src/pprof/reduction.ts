import { labelsOf, LabelSets, type Label } from "./label-sets.ts";
import { Int64ColumnBuilder } from "./int64.ts";
import { Profile } from "./profile.ts";
import type { Matcher } from "./re2.ts";
import { StoredSamples } from "./sample-store.ts";
import type { LineTable, LocationTable } from "./tables.ts";

/** A profile that is being cut down: which lines each location still has, and which frames each sample. */
export class Reduction {
  readonly profile: Profile;
  /** Which labels stay. */
  keepLabel: (label: Label) => boolean = () => true;
  /** By location: rows of its lines, where not all of them are left. */
  readonly #lines = new Map<number, readonly number[]>();
  /** Samples that are still there: their rows, and what is left of their stacks. */
  #count: number;
  readonly #rows: Uint32Array;
  readonly #start: Uint32Array;
  readonly #stacks: Uint32Array;

  constructor(profile: Profile) {
    const { stackStart, locations, count } = profile.samples;
    this.profile = profile;
    this.#count = count;
    this.#rows = Uint32Array.from({ length: count }, (_, row) => row);
    this.#start = stackStart.slice();
    this.#stacks = locations.slice();
  }

  /** Locations that there are, but the one that stands for none. */
  *locations(): Generator<number> {
    for (let location = 1; location < this.profile.locations.count; location++) yield location;
  }

  /** Rows of a location's lines. */
  linesOf(location: number): readonly number[] {
    const left = this.#lines.get(location);
    if (left) return left;
    const { lineStart } = this.profile.locations;
    const from = lineStart[location] ?? 0;
    return Array.from({ length: (lineStart[location + 1] ?? 0) - from }, (_, i) => from + i);
  }

  /** Leaves a location these of its lines. */
  setLines(location: number, lines: readonly number[]): void {
    this.#lines.set(location, lines);
  }

  /** Leaves each sample what the caller answers of its stack, leaf first; none of it where that is `undefined`. */
  cut(left: (stack: Uint32Array, row: number) => Uint32Array | undefined): void {
    const [rows, start, stacks] = [this.#rows, this.#start, this.#stacks];
    let kept = 0;
    let begin = 0;
    for (let sample = 0; sample < this.#count; sample++) {
      const end = start[sample + 1] as number;
      const row = rows[sample] as number;
      const stack = left(stacks.subarray(begin, end), row);
      begin = end;
      if (!stack) continue;
      // What is left is never longer, so it may be moved to the front.
      const at = start[kept] as number;
      stacks.set(stack, at);
      rows[kept] = row;
      start[++kept] = at + stack.length;
    }
    this.#count = kept;
  }

  /** The profile as it is now. */
  result(): Profile {
    const { profile } = this;
    const count = this.#count;
    const rows = this.#rows.subarray(0, count);
    const stackStart = this.#start.slice(0, count + 1);
    const values = profile.samples.values.map((from) => {
      const column = new Int64ColumnBuilder(count);
      for (const [i, row] of rows.entries()) column.copy(i, from, row);
      return column;
    });
    const locations = this.#stacks.slice(0, stackStart[count]);
    const store = new StoredSamples({ first: 0, count, stackStart, locations, values }, () => {
      const sets = new LabelSets();
      const ids = Uint32Array.from(rows, (row) =>
        sets.add(labelsOf(profile.labels, row).filter(this.keepLabel)),
      );
      return sets.columns((sample) => ids[sample] ?? 0, count);
    });
    const { mappings, functions, strings, noticed } = profile;
    return new Profile(profile, { mappings, functions, ...this.#tables() }, strings, store, noticed);
  }

  #tables(): { locations: LocationTable; lines: LineTable } {
    const { locations, lines } = this.profile;
    const lineStart = new Uint32Array(locations.count + 1);
    const rows = new Uint32Array(lines.count);
    let count = 0;
    for (let location = 0; location < locations.count; location++) {
      for (const row of this.linesOf(location)) rows[count++] = row;
      lineStart[location + 1] = count;
    }
    const left = rows.subarray(0, count);
    return {
      locations: { ...locations, lineStart },
      lines: {
        count,
        function: Uint32Array.from(left, (row) => lines.function[row] ?? 0),
        line: Float64Array.from(left, (row) => lines.line[row] ?? 0),
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
