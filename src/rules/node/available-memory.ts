import { memo } from "../../bytes/index.ts";
import type { HostEvidence, Reading } from "../../evidence/index.ts";
import { percent, size } from "../words.ts";

/** The share of the node's memory that programs could still have. */
export const availableMemory: (host: HostEvidence) => Reading<number> = memo((host) => {
  for (const { model, artifact } of host.models("meminfo")) {
    const [total, left] = [model.values.get("MemTotal"), model.values.get("MemAvailable")];
    if (!total || !left || total.value === 0) continue;
    const text = `${size(left.value)} of ${size(total.value)} are available (${percent(left.value, total.value)})`;
    return {
      known: true,
      value: left.value / total.value,
      cite: { artifact: artifact.path, text, where: { line: left.line } },
    };
  }
  return { known: false, why: "absent" };
});
