import type { CallNodes } from "./call-nodes.ts";
import { callNodes } from "./call-nodes.ts";
import { isLibraryFunction } from "./library-functions.ts";
import type { Profile } from "./profile.ts";

/** What one function of a program holds of the heap, whatever it allocated it through. */
export interface HeapSite {
  /** The function: the one nearest the allocation that isn't a library's, or the allocating one where all are. */
  readonly owner: string;
  /** The function that allocated most of it: `bytes.growSlice`, or the owner itself. */
  readonly leaf: string;
  /** In use when the profile was taken, as of the garbage collection before. */
  readonly bytes: number;
  readonly objects: number;
  /** Ever allocated; absent where the profile doesn't tell. */
  readonly allocated?: number;
  /** Functions of the stack that holds most of it, leaf first. */
  readonly stack: readonly string[];
}

/** The heap of a process at one time, by what holds it. */
export interface HeapSites {
  /** Bytes in use, those of stacks without names included. */
  readonly bytes: number;
  /** Bytes ever allocated; absent where the profile doesn't tell. */
  readonly allocated?: number;
  /** Bytes from one sample to the next. */
  readonly period: number;
  /** The largest first. */
  readonly sites: readonly HeapSite[];
}

/** Go's default of `runtime.MemProfileRate`. */
const DEFAULT_PERIOD = 512 * 1024;

/**
 * Methods that a decoder or copier of a type calls on the types of its parts: the outermost type is what is held. A list
 * is not: the same objects come one by one as well.
 */
const BY_TYPE =
  /\(\*(?!\w*List\))\w+\)\.(?:(?:XXX_)?Unmarshal(?:JSON|Text|Binary|YAML)?|DeepCopy(?:Into|Object)?|DecodeMsg|CodecDecodeSelf)$/;

/**
 * Sums a heap profile by the functions that people would name. One pass that keeps no sample.
 *
 * @returns `undefined` where the profile isn't of a heap in use, or is the difference of two
 */
export function heapSites(profile: Profile): HeapSites | undefined {
  const [bytesAt = -1, objectsAt, allocatedAt] = columns(profile);
  if (bytesAt === -1) return undefined;
  const graph = callNodes(profile);
  const kinds = Uint8Array.from(graph.names, kindOf);
  const drafts = new Map<number, Draft>();
  let total = 0;
  let allocatedTotal = 0;
  for (const window of profile.sampleWindows()) {
    const { values, stackStart, locations } = window;
    const column = (at: number | undefined) => (at === undefined ? undefined : values[at]?.numbers);
    const [inUse, objects, allocated] = [column(bytesAt), column(objectsAt), column(allocatedAt)];
    for (let sample = 0; sample < window.count; sample++) {
      const bytes = inUse?.[sample] ?? 0;
      const ever = allocated?.[sample] ?? 0;
      if (bytes < 0 || ever < 0) return undefined;
      if (bytes === 0 && ever === 0) continue;
      total += bytes;
      allocatedTotal += ever;
      const stack = locations.subarray(stackStart[sample], stackStart[sample + 1]);
      const owner = stack.length === 0 ? undefined : ownerOf(stack, graph, kinds);
      if (owner === undefined) continue;
      let draft = drafts.get(owner);
      if (!draft) drafts.set(owner, (draft = new Draft()));
      const leaf = graph.nodes[graph.start[stack[0] ?? 0] ?? 0] ?? 0;
      draft.add(stack, leaf, bytes, objects?.[sample] ?? 0, ever);
    }
  }
  const nameOf = (node: number): string => graph.names[node] ?? "";
  const isCounted = allocatedAt !== undefined;
  const sites = Array.from(drafts, ([owner, draft]) => ({
    owner: nameOf(owner),
    leaf: nameOf(draft.leaf),
    bytes: draft.bytes,
    objects: draft.objects,
    ...(isCounted && { allocated: draft.allocated }),
    stack: Array.from(draft.stack, (location) =>
      Array.from(graph.nodes.subarray(graph.start[location], graph.start[location + 1]), nameOf),
    ).flat(),
  }));
  sites.sort((a, b) => b.bytes - a.bytes || (a.owner < b.owner ? -1 : 1));
  const period = Number(profile.period) > 0 ? Number(profile.period) : DEFAULT_PERIOD;
  return { bytes: total, ...(isCounted && { allocated: allocatedTotal }), period, sites };
}

/** Columns of bytes in use, objects in use and bytes ever allocated. jemalloc and tcmalloc say `space` and `objects`. */
function columns(profile: Profile): (number | undefined)[] {
  const types = profile.sampleTypes.map(({ type }) => profile.string(type));
  const find = (...names: string[]): number | undefined =>
    names.map((name) => types.indexOf(name)).find((at) => at !== -1);
  return [find("inuse_space", "space"), find("inuse_objects", "objects"), find("alloc_space")];
}

/** What a function's name says of its part in an allocation. */
const LIBRARY = 1;
const OF_TYPE = 2;
const kindOf = (name: string): number =>
  isLibraryFunction(name) ? LIBRARY : BY_TYPE.test(name) ? OF_TYPE : 0;

/** The node that a stack's memory is counted for. */
function ownerOf(stack: Uint32Array, { start, nodes }: CallNodes, kinds: Uint8Array): number | undefined {
  let owner: number | undefined;
  for (const location of stack) {
    const end = start[location + 1] ?? 0;
    for (let at = start[location] ?? 0; at < end; at++) {
      const node = nodes[at] ?? 0;
      const kind = kinds[node];
      if (kind === LIBRARY) continue;
      if (kind !== OF_TYPE) return owner ?? node;
      owner = node;
    }
  }
  return owner ?? nodes[start[stack[0] ?? 0] ?? 0];
}

/** A site while it is summed. */
class Draft {
  bytes = 0;
  objects = 0;
  allocated = 0;
  stack: Uint32Array = new Uint32Array(0);
  #heaviest = -1;
  readonly #byLeaf = new Map<number, number>();

  add(stack: Uint32Array, leaf: number, bytes: number, objects: number, allocated: number): void {
    this.bytes += bytes;
    this.objects += objects;
    this.allocated += allocated;
    this.#byLeaf.set(leaf, (this.#byLeaf.get(leaf) ?? 0) + bytes);
    if (bytes <= this.#heaviest) return;
    this.#heaviest = bytes;
    this.stack = stack.slice();
  }

  /** The function that allocated most. */
  get leaf(): number {
    let [most, leaf] = [-1, 0];
    for (const [node, bytes] of this.#byLeaf) if (bytes > most) [most, leaf] = [bytes, node];
    return leaf;
  }
}
