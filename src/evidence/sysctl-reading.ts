import { agreed, lineCite } from "./agreed.ts";
import type { Reading } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { inTime, takesOf } from "./takes.ts";

/** What the kernel counts or draws anew: nobody sets it, and a difference between two times says nothing. */
export const COUNTED_BY_KERNEL =
  /^(?:kernel\.random\.|kernel\.ns_last_pid$|kernel\.pty\.nr$|kernel\.hung_task_detect_count$|fs\.(?:dentry-state|file-nr|inode-nr|inode-state|aio-nr)$|fs\.quota\.|net\.netfilter\.nf_conntrack_count$)/;

/**
 * A kernel parameter of a host. One that was set anew between two takes is unknown, for what was seen may be of either time; of what the
 * kernel counts the latest take tells.
 */
export function readSysctl(host: HostEvidence, key: string): Reading<string> {
  let redacted = false;
  let contradicted = false;
  const readings = host.models("sysctl").flatMap(({ model, artifact }) => {
    const fact = model.values.get(key);
    if (!fact) return [];
    if (fact.value === undefined) redacted = true;
    if (model.contradicted.has(key)) contradicted = true;
    return fact.value === undefined
      ? []
      : [{ value: fact.value, cite: lineCite(artifact, fact), take: takesOf(host).get(artifact)?.take }];
  });
  if (contradicted) return { known: false, why: "unreadable" };
  if (readings.length === 0 && redacted) return { known: false, why: "redacted" };
  if (readings.length > 1 && COUNTED_BY_KERNEL.test(key)) {
    const placed = readings.flatMap(({ take, ...reading }) => (take ? [{ take, reading }] : []));
    const last = inTime(placed, ({ take }) => take)?.at(-1);
    if (last) return { known: true, ...last.reading };
  }
  return agreed(
    readings.map(({ value, cite }) => ({ value, cite })),
    String,
  );
}
