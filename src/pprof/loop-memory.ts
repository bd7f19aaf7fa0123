import { InquestError } from "../bytes/index.ts";
import { instantiate, wasmMemory } from "../bytes/wasm.ts";
import { LOOPS } from "./loops.wasm.ts";
import type { Loops } from "./loops.ts";

/** Below this the compiler may put what it likes. */
const FIRST_FREE = 1024;
/** What a cache line has: tables begin with one. */
const LINE = 64;
/** Memories from the least size to this one are kept, and so many: all that small profiles need. */
const LEAST_SIZE = 1 << 20;
const MOST_KEPT = 1 << 23;
const KEPT = 2;
/** What a memory can have. */
const MOST = 2 ** 32;

/** A memory, and the loops that work in it. */
export interface LoopMemory {
  readonly buffer: ArrayBuffer;
  readonly loops: Loops;
}

/** Those that are not in use. Making one costs as much as a small profile does, and brings the garbage collector forward. */
const idle: LoopMemory[] = [];

/** Lays out a memory. */
export class Layout {
  #next = FIRST_FREE;

  /** Takes room for a table; returns where it begins. */
  take(bytes: number): number {
    const at = this.#next;
    this.#next = Math.ceil((at + bytes) / LINE) * LINE;
    return at;
  }

  /**
   * A memory with all that room. It holds what it was used for last.
   *
   * @throws InquestError `limit` where that is more than there can be: no program's profile comes near
   */
  memory(): LoopMemory {
    if (this.#next > MOST) throw new InquestError("limit", "a profile needs more than 4 GB of memory");
    const at = idle.findIndex(({ buffer }) => buffer.byteLength >= this.#next);
    const [known] = at === -1 ? [] : idle.splice(at, 1);
    if (known) return known;
    const memory = wasmMemory(Math.max(this.#next, LEAST_SIZE));
    return { buffer: memory.buffer, loops: instantiate(LOOPS, memory) as Loops };
  }
}

/** Gives back a memory. What it holds stays until another is asked for. */
export function release(memory: LoopMemory): void {
  if (idle.length < KEPT && memory.buffer.byteLength <= MOST_KEPT) idle.push(memory);
}
