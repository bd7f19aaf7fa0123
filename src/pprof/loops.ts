/** A variable of the loops. */
interface Variable {
  value: number;
}

/** What `wasm/pprof` exports, where each of these is explained. Variables that are not counts are places in the memory. */
export interface Loops {
  readonly at: Variable;

  readonly passed: Variable;
  readonly longest: Variable;
  pass(tag: number, from: number, end: number): number;

  readonly mappingRows: Variable;
  readonly mappingIds: Variable;
  readonly functionRows: Variable;
  readonly functionIds: Variable;
  readonly locationRows: Variable;
  readonly locationIds: Variable;
  readonly strings: Variable;
  readonly tableRoom: Variable;
  readonly firstRow: Variable;
  readonly tableRows: Variable;
  readonly names: Variable;
  readonly systemNames: Variable;
  readonly filenames: Variable;
  readonly startLines: Variable;
  readonly addresses: Variable;
  readonly mappings: Variable;
  readonly lineEnds: Variable;
  readonly linesBefore: Variable;
  readonly lineRoom: Variable;
  readonly mostLines: Variable;
  readonly lineRows: Variable;
  readonly lineFunctions: Variable;
  readonly lineNumbers: Variable;
  readFunctions(from: number, end: number): number;
  readLocations(from: number, end: number): number;

  readonly known: Variable;
  readonly knownCount: Variable;
  readonly starts: Variable;
  readonly values: Variable;
  readonly stacks: Variable;
  readonly mostRows: Variable;
  readonly mostFrames: Variable;
  readonly columns: Variable;
  readonly wanted: Variable;
  readonly rows: Variable;
  readonly frames: Variable;
  decode(from: number, end: number): number;

  readonly cums: Variable;
  readonly flats: Variable;
  readonly firstSeveral: Variable;
  readonly severalStarts: Variable;
  readonly severalNodes: Variable;
  readonly total: Variable;
  readonly noStack: Variable;
  readonly isNegative: Variable;
  sum(column: number, first: number, count: number): void;

  readonly innermost: Variable;
  readonly places: Variable;
  readonly placeCount: Variable;
  readonly inner: Variable;
  readonly edges: Variable;
  readonly ends: Variable;
  readonly edgeCount: Variable;
  readonly mostEdges: Variable;
  readonly slots: Variable;
  readonly slotCount: Variable;
  edge(caller: number, callee: number): number;
  addEdges(column: number, first: number, count: number): void;
}
