import type { Artifact } from "../../bundle/index.ts";

/** Where the vDSO is in processes whose addresses are not randomised: in all of them. */
const FIXED: ReadonlySet<bigint> = new Set([0x7f_fff7n, 0xff_fff7n]);

/**
 * Whether two profiles are of one process, by where the kernel mapped the vDSO: at random in each. `undefined` where either
 * doesn't tell, as texts and profiles that were merged.
 */
export function isOneProcess(a: Artifact, b: Artifact): boolean | undefined {
  const [one, other] = [vdsoOf(a), vdsoOf(b)];
  return one === undefined || other === undefined ? undefined : one === other;
}

function vdsoOf({ content }: Artifact): bigint | undefined {
  if (content?.kind !== "pprof") return undefined;
  const { mappings } = content.model;
  for (let row = 1; row < mappings.count; row++) {
    if (content.model.string(mappings.file[row] ?? 0) !== "[vdso]") continue;
    const start = mappings.start[row] ?? 0n;
    return FIXED.has(start >> 24n) ? undefined : start;
  }
  return undefined;
}
