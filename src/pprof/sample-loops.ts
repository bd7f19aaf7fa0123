import { instantiate, wasmMemory } from "../bytes/wasm.ts";
import { LOOPS } from "./loops.wasm.ts";

/** A variable of the loops. */
interface Variable {
  value: number;
}

/** What `wasm/pprof` exports, where each of these is explained. Variables that are not counts are places in the memory. */
export interface SampleLoops {
  readonly known: Variable;
  readonly knownCount: Variable;
  readonly starts: Variable;
  readonly values: Variable;
  readonly stacks: Variable;
  readonly mostRows: Variable;
  readonly mostFrames: Variable;
  readonly columns: Variable;
  readonly wanted: Variable;
  readonly at: Variable;
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

  readonly heads: Variable;
  readonly places: Variable;
  readonly inner: Variable;
  readonly edges: Variable;
  readonly ends: Variable;
  readonly edgeCount: Variable;
  readonly mostEdges: Variable;
  readonly slots: Variable;
  edge(caller: number, callee: number): number;
  addEdges(column: number, first: number, count: number): void;
}

/** Below this the compiler may put what it likes. */
const FIRST_FREE = 1024;
/** What a cache line has: tables begin with one. */
const LINE = 64;

/** Lays out a memory: call {@link take} for each table, then {@link start}. */
export class LoopMemory {
  #next = FIRST_FREE;

  /** Takes room for a table; returns where it begins. */
  take(bytes: number): number {
    const at = this.#next;
    this.#next = Math.ceil((at + bytes) / LINE) * LINE;
    return at;
  }

  /** Makes the memory, of zeros, and the loops that work in it. */
  start(): { readonly buffer: ArrayBuffer; readonly loops: SampleLoops } {
    const memory = wasmMemory(this.#next);
    return { buffer: memory.buffer, loops: instantiate(LOOPS, memory) as SampleLoops };
  }
}
