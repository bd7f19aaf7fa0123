const PAGE = 4096n;

/** What a mapping is known by. */
interface MappingPlace {
  readonly start: bigint;
  readonly limit: bigint;
  readonly offset: bigint;
}

/**
 * What mappings of one binary have in common, wherever each process mapped it: pprof's key when it merges profiles
 * (profile/merge.go).
 *
 * @param id the build id, else the file; the text or its index, as long as it is the same for all
 */
export function mappingKey({ start, limit, offset }: MappingPlace, id: string | number): string {
  return `${(limit - start + PAGE - 1n) / PAGE} ${offset} ${id}`;
}
