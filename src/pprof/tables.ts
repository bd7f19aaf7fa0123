/**
 * The tables of a profile, a column each, tied to one another by row. **Row 0 of each stands for "none"**: what is
 * absent, or names something that is absent, refers to it, so that every reference may be followed unasked.
 */
export interface Tables {
  readonly mappings: MappingTable;
  readonly functions: FunctionTable;
  readonly locations: LocationTable;
  readonly lines: LineTable;
}

/** Binaries and libraries, as they were mapped. */
export interface MappingTable {
  /** Rows, row 0 included; so in every table. */
  readonly count: number;
  readonly start: BigUint64Array;
  readonly limit: BigUint64Array;
  readonly offset: BigUint64Array;
  /** Index of a string; so wherever a column's name is a text's. */
  readonly file: Uint32Array;
  readonly buildId: Uint32Array;
}

export interface FunctionTable {
  readonly count: number;
  readonly name: Uint32Array;
  readonly systemName: Uint32Array;
  readonly filename: Uint32Array;
  readonly startLine: Float64Array;
}

/** Instructions that stacks go through. */
export interface LocationTable {
  readonly count: number;
  readonly address: BigUint64Array;
  /** Row of its mapping. */
  readonly mapping: Uint32Array;
  /** First row of its lines; they end where the next location's begin. Has one entry more than there are rows. */
  readonly lineStart: Uint32Array;
}

/** Source lines of locations. Of several, the first is the callee that was inlined deepest, the last the function itself. */
export interface LineTable {
  readonly count: number;
  /** Row of its function. */
  readonly function: Uint32Array;
  readonly line: Float64Array;
}
