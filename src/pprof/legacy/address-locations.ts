import type { ProfileBuilder } from "../profile-builder.ts";
import type { Mapping } from "./memory-map.ts";

/** Locations of a profile that is being made, by address: each in the mapping that holds it, where there is one. */
export class AddressLocations {
  readonly #builder: ProfileBuilder;
  /** By where they begin. */
  readonly #mappings: Mapping[];
  readonly #rows = new Map<bigint, number>();

  /** @param mappings the main binary's first */
  constructor(builder: ProfileBuilder, mappings: readonly Mapping[]) {
    this.#builder = builder;
    this.#mappings = mappings.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    const [main] = mappings;
    if (main) this.#mappingRow(main);
  }

  /** How many were made. */
  get count(): number {
    return this.#rows.size;
  }

  /** The row of an address, which wraps around below 0 as a 64-bit integer does. */
  row(address: bigint): number {
    const known = this.#rows.get(address);
    if (known !== undefined) return known;
    const unsigned = BigInt.asUintN(64, address);
    const mapping = this.#mappingOf(unsigned);
    const { tables } = this.#builder;
    const mappingRow = mapping ? this.#mappingRow(mapping) : 0;
    // Mappings of one size and offset of a file are one row, which lies where the first of them does.
    const moved = mapping ? tables.mappingStart(mappingRow) - mapping.start : 0n;
    const row = tables.location({
      address: BigInt.asUintN(64, unsigned + moved),
      mapping: mappingRow,
      lines: [],
    });
    this.#rows.set(address, row);
    return row;
  }

  #mappingRow({ start, limit, offset, file, buildId }: Mapping): number {
    const { strings, tables } = this.#builder;
    return tables.mapping({ start, limit, offset, file: strings.add(file), buildId: strings.add(buildId) });
  }

  #mappingOf(address: bigint): Mapping | undefined {
    const mappings = this.#mappings;
    let low = 0;
    let high = mappings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((mappings[middle]?.start ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const below = mappings[low - 1];
    if (below && address < below.limit) return below;
    // Some writers leave out the first part of a mapping that was split; its offset tells where it began.
    const above = mappings[low];
    if (!above || above.offset === 0n || above.start - above.offset > address) return undefined;
    const whole = { ...above, start: above.start - above.offset, offset: 0n };
    mappings[low] = whole;
    return whole;
  }
}
