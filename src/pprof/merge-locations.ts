import type { ProfileBuilder } from "./profile-builder.ts";
import type { Profile } from "./profile.ts";
import type { LineRow } from "./table-builder.ts";

/** The rows of a profile's locations in the merged one, made when they are first asked for. */
export function locationRows(
  { strings, tables }: ProfileBuilder,
  profile: Profile,
): (location: number) => number {
  const { mappings, functions, locations, lines } = profile;
  const text = (index: number | undefined): number => strings.add(profile.string(index ?? 0));
  const mappingRow = remembered(mappings.count, (row) =>
    tables.mapping({
      start: mappings.start[row] ?? 0n,
      limit: mappings.limit[row] ?? 0n,
      offset: mappings.offset[row] ?? 0n,
      file: text(mappings.file[row]),
      buildId: text(mappings.buildId[row]),
    }),
  );
  const functionRow = remembered(functions.count, (row) =>
    tables.function({
      name: text(functions.name[row]),
      systemName: text(functions.systemName[row]),
      filename: text(functions.filename[row]),
      startLine: functions.startLine[row] ?? 0,
    }),
  );
  // pprof makes an empty mapping for a profile that has none.
  const made = (): number => tables.mapping({ start: 0n, limit: 0n, offset: 0n, file: 0, buildId: 0 });
  const isMapped = mappings.count > 1;
  // The first mapping of the first profile is the main binary's, whatever stack comes first.
  if (tables.isUnmapped) {
    if (isMapped) mappingRow(1);
    else made();
  }
  return remembered(locations.count, (row) => {
    const own = locations.mapping[row] ?? 0;
    const mapping = own !== 0 ? mappingRow(own) : isMapped ? 0 : made();
    const moved = own === 0 ? 0n : tables.mappingStart(mapping) - (mappings.start[own] ?? 0n);
    const from = locations.lineStart[row] ?? 0;
    const length = (locations.lineStart[row + 1] ?? 0) - from;
    return tables.location({
      address: BigInt.asUintN(64, (locations.address[row] ?? 0n) + moved),
      mapping,
      lines: Array.from({ length }, (_, i): LineRow => ({
        function: functionRow(lines.function[from + i] ?? 0),
        line: lines.line[from + i] ?? 0,
      })),
    });
  });
}

/** What each row becomes, made once; row 0 stands for none and stays so. */
function remembered(rows: number, make: (row: number) => number): (row: number) => number {
  const known = new Uint32Array(rows);
  return (row) => {
    if (row === 0) return 0;
    let made = known[row] as number;
    if (made === 0) {
      made = make(row);
      known[row] = made;
    }
    return made;
  };
}
