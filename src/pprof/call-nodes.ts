import { mappingKey } from "./mapping-key.ts";
import { cleanFile, type Granularity, type NodeInfo, printableName } from "./node-info.ts";
import type { Profile } from "./profile.ts";

/** What is taken for one node. */
export interface NodeOptions {
  /** `functions` when absent: functions are then told apart by name alone, whatever file or binary they are in. */
  readonly granularity?: Granularity | undefined;
  /** Inlined calls count for the function that they were inlined into. */
  readonly noInlines?: boolean | undefined;
}

/** Places of a program as nodes of a call graph, and which of them each location goes through. */
export interface CallNodes {
  readonly count: number;
  readonly infos: readonly NodeInfo[];
  /** By node: what it is called. */
  readonly names: readonly string[];
  /** Where each location's nodes begin in {@link nodes}; one entry more than there are locations. */
  readonly start: Uint32Array;
  /** Nodes of a location, the deepest inlined callee first and the function itself last. */
  readonly nodes: Uint32Array;
}

/**
 * The nodes of a profile. Row 0 of the locations stands for none and has no node.
 *
 * @param fileOf what becomes of a source file's path
 */
export function callNodes(profile: Profile, options: NodeOptions = {}, fileOf = cleanFile): CallNodes {
  const { locations, lines } = profile;
  const granularity = options.granularity ?? "functions";
  const finder = new NodeFinder(profile, granularity, fileOf);
  const start = new Uint32Array(locations.count + 1);
  const nodes = new Uint32Array(locations.count + lines.count);
  let length = 0;
  for (let row = 1; row < locations.count; row++) {
    start[row] = length;
    const end = locations.lineStart[row + 1] ?? 0;
    const from = locations.lineStart[row] ?? 0;
    if (from === end) nodes[length++] = finder.ofBinary(row);
    for (let line = options.noInlines === true ? Math.max(from, end - 1) : from; line < end; line++) {
      nodes[length++] = finder.ofLine(row, line);
    }
  }
  start[locations.count] = length;
  const { infos } = finder;
  return {
    count: infos.length,
    infos,
    names: infos.map(printableName),
    start,
    nodes: nodes.subarray(0, length),
  };
}

/** Finds the node of a location's line. Many locations share a function, and many functions a name: each is looked up once. */
class NodeFinder {
  readonly infos: NodeInfo[] = [];
  readonly #profile: Profile;
  readonly #byKey = new Map<string, number>();
  readonly #ofFunction: Int32Array;
  #binaries: readonly Binary[] | undefined;
  readonly #fileOf: (path: string) => string;
  readonly #names: boolean;
  readonly #files: boolean;
  readonly #lines: boolean;
  readonly #addresses: boolean;

  constructor(profile: Profile, granularity: Granularity, fileOf: (path: string) => string) {
    this.#fileOf = fileOf;
    this.#profile = profile;
    this.#ofFunction = new Int32Array(profile.functions.count).fill(-1);
    this.#names = granularity !== "files";
    this.#files = granularity !== "functions";
    this.#addresses = granularity === "addresses";
    this.#lines = this.#addresses || granularity === "lines";
  }

  ofLine(location: number, line: number): number {
    const { functions, lines } = this.#profile;
    const fn = lines.function[line] ?? 0;
    const known = this.#ofFunction[fn] ?? -1;
    if (known !== -1) return known;
    if (fn === 0) return this.ofBinary(location);
    const name = this.#names
      ? this.#profile.string(functions.name[fn] ?? 0) || this.#profile.string(functions.systemName[fn] ?? 0)
      : "";
    const node = this.#find({
      name,
      file: this.#files ? this.#fileOf(this.#profile.string(functions.filename[fn] ?? 0)) : "",
      line: this.#lines ? (lines.line[line] ?? 0) : 0,
      startLine: functions.startLine[fn] ?? 0,
      address: this.#address(location),
      ...(name === "" ? this.#binary(location) : NAMED),
    });
    // Without a name it is the location's binary that tells.
    if (!this.#lines && name !== "") this.#ofFunction[fn] = node;
    return node;
  }

  /** The node of code without symbols. */
  ofBinary(location: number): number {
    return this.#find({
      name: "",
      file: "",
      line: 0,
      startLine: 0,
      address: this.#address(location),
      ...this.#binary(location),
    });
  }

  #find(info: NodeInfo): number {
    const { name, file, line, startLine, address, binary } = info;
    // Functions without a name are told apart by where they begin.
    const nameless = name === "" ? `${startLine}\n${binary}` : "";
    const key = this.#files || name === "" ? `${name}\n${file}\n${line}\n${address}\n${nameless}` : name;
    let node = this.#byKey.get(key);
    if (node === undefined) {
      node = this.infos.length;
      this.#byKey.set(key, node);
      this.infos.push(info);
    }
    return node;
  }

  #binary(location: number): Pick<NodeInfo, "binary" | "buildId"> {
    const { binary, buildId } = this.#binaryAt(this.#profile.locations.mapping[location] ?? 0) ?? NAMED;
    return { binary, buildId };
  }

  /** Most profiles name all functions, and need none. */
  #binaryAt(mapping: number): Binary | undefined {
    this.#binaries ??= binariesOf(this.#profile);
    return this.#binaries[mapping];
  }

  #address(location: number): bigint {
    if (!this.#addresses) return 0n;
    const { address, mapping } = this.#profile.locations;
    const moved = this.#binaryAt(mapping[location] ?? 0)?.moved ?? 0n;
    return BigInt.asUintN(64, (address[location] ?? 0n) + moved);
  }
}

/** The binary of a mapping, and how far the first mapping of it lies from this one. */
interface Binary extends Pick<NodeInfo, "binary" | "buildId"> {
  readonly moved: bigint;
}

/** Code that a name tells, or no binary. */
const NAMED = { binary: "", buildId: "" };

/**
 * The binary of each mapping. Mappings of one size and offset that have one build id are of one binary, as pprof merges
 * them; the first one's file and addresses name it.
 */
function binariesOf(profile: Profile): Binary[] {
  const { mappings } = profile;
  const first = new Map<string, { binary: string; start: bigint }>();
  return Array.from({ length: mappings.count }, (_, row) => {
    const buildId = profile.string(mappings.buildId[row] ?? 0);
    const own = { binary: profile.string(mappings.file[row] ?? 0), start: mappings.start[row] ?? 0n };
    if (row === 0) return { ...NAMED, moved: 0n };
    const [limit, offset] = [mappings.limit[row] ?? 0n, mappings.offset[row] ?? 0n];
    const key = mappingKey({ start: own.start, limit, offset }, buildId || own.binary);
    const known = first.get(key) ?? own;
    first.set(key, known);
    return { binary: known.binary, buildId, moved: known.start - own.start };
  });
}
