import type { Profile } from "./profile.ts";

/** Where the vDSO is in processes whose addresses are not randomised: in all of them, on x86 and on arm64. */
const FIXED: ReadonlySet<bigint> = new Set([0x7f_fff7n, 0xff_fff7n]);

/**
 * Where the kernel mapped the vDSO of a profile's process: at random in each, so that profiles of one address are of one
 * process. `undefined` where the profile doesn't tell, as texts and profiles that were merged, or where it tells nothing.
 */
export function vdsoAddress(profile: Profile): bigint | undefined {
  const { mappings } = profile;
  for (let row = 1; row < mappings.count; row++) {
    if (profile.string(mappings.file[row] ?? 0) !== "[vdso]") continue;
    const start = mappings.start[row] ?? 0n;
    return FIXED.has(start >> 24n) ? undefined : start;
  }
  return undefined;
}
