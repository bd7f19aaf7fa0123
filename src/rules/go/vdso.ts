import type { Artifact } from "../../bundle/index.ts";
import { vdsoAddress } from "../../pprof/index.ts";

/** Whether two profiles are of one process, by where their vDSO is; `undefined` where either doesn't tell. */
export function isOneProcess(a: Artifact, b: Artifact): boolean | undefined {
  const [one, other] = [vdsoOf(a), vdsoOf(b)];
  return one === undefined || other === undefined ? undefined : one === other;
}

const vdsoOf = ({ content }: Artifact): bigint | undefined =>
  content?.kind === "pprof" ? vdsoAddress(content.model) : undefined;
