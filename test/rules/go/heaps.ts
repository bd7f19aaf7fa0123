import { heap } from "./profiles.ts";
import type { HeldBy, WrittenProfile } from "./profiles.ts";

const CACHE = [
  "bytes.growSlice",
  "bytes.(*Buffer).Write",
  "main.(*cache).put",
  "main.serve",
  "main.main.func1",
];
const TABLE = ["main.readTable", "main.main", "runtime.main"];
const REQUESTS = ["bufio.NewReaderSize", "main.(*codec).open", "main.serve", "main.main.func1"];

/** Megabytes in use by a cache, of those that it ever allocated. */
export const cache = (inUse: number, ever = inUse): HeldBy => [CACHE, inUse, ever];
/** A table that was read at start. */
export const table = (inUse: number): HeldBy => [TABLE, inUse, inUse];
/** What requests allocate and let go of. */
export const requests = (inUse: number, ever: number): HeldBy => [REQUESTS, inUse, ever];

/** The address of the vDSO in the process that these tests are about. */
export const VDSO = 0x7f12_3456_7000;

/** A profile of that process, so many minutes after it was started. */
export const heapAt = (
  minute: number,
  held: readonly HeldBy[],
  more: Partial<WrittenProfile> = {},
): Uint8Array => heap(held, { minute, vdso: VDSO, ...more });
