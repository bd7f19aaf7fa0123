import type { Diagnostic, Model } from "../bytes/index.ts";
import type { Header, ValueType } from "./header.ts";
import type { Labels } from "./labels.ts";
import type { MemStats } from "./legacy/mem-stats.ts";
import { profileProblems } from "./profile-problems.ts";
import type { Samples } from "./sample-columns.ts";
import type { SamplePass, SampleStore, Strings } from "./sample-store.ts";
import type { FunctionTable, LineTable, LocationTable, MappingTable, Tables } from "./tables.ts";

/**
 * A profile in columns. Tables are decoded when it is parsed; samples, labels and strings when they are asked for.
 *
 * Damage never throws: what could not be read is absent, and {@link diagnostics} names it.
 */
export class Profile implements Model, Header {
  readonly sampleTypes: readonly ValueType[];
  readonly defaultSampleType: number;
  readonly periodType: ValueType | undefined;
  readonly period: bigint;
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  readonly comments: readonly number[];
  readonly dropFrames: number;
  readonly keepFrames: number;
  readonly docUrl: number;
  readonly mappings: MappingTable;
  readonly functions: FunctionTable;
  readonly locations: LocationTable;
  readonly lines: LineTable;
  /** What Go's allocator and collector said of themselves: only a heap profile in its text form has it. */
  readonly memStats: MemStats | undefined;
  /** @internal */
  readonly strings: Strings;
  readonly #store: SampleStore;
  readonly #parsed: readonly Diagnostic[];
  #samples: Samples | undefined;
  #labels: Labels | undefined;
  #sampleDiagnostics: readonly Diagnostic[] | undefined;
  /** What a pass over one column noticed, which passes over what it needs no stack of. */
  #columnDiagnostics: readonly Diagnostic[] | undefined;
  #labelDiagnostics: readonly Diagnostic[] = [];

  /** @internal Profiles come from `parseProfile` and from functions that make one out of others. */
  constructor(
    header: Header,
    tables: Tables,
    strings: Strings,
    store: SampleStore,
    diagnostics: readonly Diagnostic[],
    memStats?: MemStats,
  ) {
    this.sampleTypes = header.sampleTypes;
    this.defaultSampleType = header.defaultSampleType;
    this.periodType = header.periodType;
    this.period = header.period;
    this.timeNanos = header.timeNanos;
    this.durationNanos = header.durationNanos;
    this.comments = header.comments;
    this.dropFrames = header.dropFrames;
    this.keepFrames = header.keepFrames;
    this.docUrl = header.docUrl;
    this.mappings = tables.mappings;
    this.functions = tables.functions;
    this.locations = tables.locations;
    this.lines = tables.lines;
    this.strings = strings;
    this.#store = store;
    this.#parsed = diagnostics;
    this.memStats = memStats;
  }

  /** How many samples there are. */
  get sampleCount(): number {
    return this.#store.count;
  }

  /** How many strings there are. */
  get stringCount(): number {
    return this.strings.count;
  }

  /** The text of an index, as columns hold them; "" where there is none. */
  string(index: number): string {
    return this.strings.at(index);
  }

  /** All samples at once: four bytes a frame, eight a value. */
  get samples(): Samples {
    if (this.#samples === undefined) {
      const problems = profileProblems();
      this.#samples = this.#store.all(problems);
      this.#sampleDiagnostics ??= problems.diagnostics();
    }
    return this.#samples;
  }

  /**
   * All samples, some at a time, in columns that are used again: for a pass over a large profile, which then
   * needs no memory for its samples. Each window is valid only until the next is asked for.
   *
   * @param column where only this one is asked for, samples that are 0 in it may come without their stacks
   */
  *sampleWindows(column?: number): Generator<Samples, void> {
    const problems = profileProblems();
    yield* this.#store.windows(problems, column === undefined ? undefined : { column });
    if (column === undefined) this.#sampleDiagnostics ??= problems.diagnostics();
    else this.#columnDiagnostics ??= problems.diagnostics();
  }

  /**
   * @internal The same for the loops in WebAssembly, which find the window in their memory.
   *
   * @param codes by location: what stands for it in the windows' stacks; locations with 0 are left out of them
   * @param tables bytes of each table that they work with
   */
  pass(column: number, codes: Uint32Array, tables: readonly number[]): SamplePass {
    const problems = profileProblems();
    const { window, windows } = this.#store.pass(problems, { column, codes }, tables);
    const noted = () => (this.#columnDiagnostics ??= problems.diagnostics());
    return { window, windows: followed(windows, noted) };
  }

  /** The labels of all samples. */
  get labels(): Labels {
    if (this.#labels === undefined) {
      const problems = profileProblems();
      this.#labels = this.#store.labels(problems);
      this.#labelDiagnostics = problems.diagnostics();
    }
    return this.#labels;
  }

  /** @internal The same profile, with what was noticed before it was parsed. */
  noticing(diagnostics: readonly Diagnostic[]): Profile {
    return new Profile(
      this,
      this,
      this.strings,
      this.#store,
      [...diagnostics, ...this.#parsed],
      this.memStats,
    );
  }

  /** What was noticed. Asking costs a pass over the samples and one over the labels, unless they were read before. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#sampleDiagnostics === undefined) for (const _ of this.sampleWindows());
    void this.labels;
    return this.noticed;
  }

  /** What was noticed in as much of the profile as was read so far: for a view, all that bears on it. */
  get noticed(): readonly Diagnostic[] {
    const ofSamples = this.#sampleDiagnostics ?? this.#columnDiagnostics ?? [];
    return [...this.#parsed, ...ofSamples, ...this.#labelDiagnostics];
  }
}

/** Calls back when the last one was taken. */
function* followed<T>(all: Iterable<T>, ended: () => void): Generator<T, void> {
  yield* all;
  ended();
}
