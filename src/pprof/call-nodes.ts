import type { Profile } from "./profile.ts";

/** Functions as nodes of a call graph, and which of them each location goes through. */
export interface CallNodes {
  readonly count: number;
  /** By node: a function's name, or `[binary]` for code without symbols, or `<unknown>`. */
  readonly names: readonly string[];
  /** Where each location's nodes begin in {@link nodes}; one entry more than there are locations. */
  readonly start: Uint32Array;
  /** Nodes of a location, the deepest inlined callee first and the function itself last. */
  readonly nodes: Uint32Array;
}

/**
 * Functions are told apart by name alone, whatever file or binary they are in: pprof's granularity `functions`. Row 0 of
 * the locations stands for none and has no node.
 */
export function callNodes(profile: Profile): CallNodes {
  const { locations, lines, functions, mappings } = profile;
  const byString = new Map<string, number>();
  const names: string[] = [];
  const nodeOf = (name: string): number => {
    let node = byString.get(name);
    if (node === undefined) {
      node = names.length;
      byString.set(name, node);
      names.push(name);
    }
    return node;
  };
  // Many locations share a function, and many functions a name: each text is looked up once.
  const ofFunction = new Int32Array(functions.count).fill(-1);
  const ofMapping = new Int32Array(mappings.count).fill(-1);
  const binaries = binariesOf(profile);
  const start = new Uint32Array(locations.count + 1);
  const nodes = new Uint32Array(locations.count + lines.count);
  let length = 0;
  for (let row = 1; row < locations.count; row++) {
    start[row] = length;
    const end = locations.lineStart[row + 1] ?? 0;
    const before = length;
    for (let line = locations.lineStart[row] ?? 0; line < end; line++) {
      const fn = lines.function[line] ?? 0;
      let node = ofFunction[fn] ?? -1;
      if (node === -1) {
        const name = profile.string(functions.name[fn] ?? 0) || profile.string(functions.systemName[fn] ?? 0);
        node = nodeOf(name === "" ? (binaries[locations.mapping[row] ?? 0] ?? "") : name);
        if (name !== "") ofFunction[fn] = node;
      }
      nodes[length++] = node;
    }
    if (length === before) {
      const mapping = locations.mapping[row] ?? 0;
      let node = ofMapping[mapping] ?? -1;
      if (node === -1) {
        node = nodeOf(binaries[mapping] ?? "");
        ofMapping[mapping] = node;
      }
      nodes[length++] = node;
    }
  }
  start[locations.count] = length;
  return { count: names.length, names, start, nodes: nodes.subarray(0, length) };
}

/**
 * How code without a symbol is called, by mapping. Mappings of one size and offset that have one build id are of one binary,
 * as pprof merges them; the first one's file names it.
 */
function binariesOf(profile: Profile): string[] {
  const { count, start, limit, offset, file, buildId } = profile.mappings;
  const PAGE = 4096n;
  const first = new Map<string, string>();
  return Array.from({ length: count }, (_, row) => {
    const path = profile.string(file[row] ?? 0);
    const name = path === "" ? "<unknown>" : `[${path.slice(path.lastIndexOf("/") + 1)}]`;
    if (row === 0) return name;
    const pages = ((limit[row] ?? 0n) - (start[row] ?? 0n) + PAGE - 1n) / PAGE;
    const key = `${pages} ${offset[row] ?? 0n} ${profile.string(buildId[row] ?? 0) || path}`;
    const known = first.get(key) ?? name;
    first.set(key, known);
    return known;
  });
}
