import type { Cite, HostEvidence, Reading } from "../../evidence/index.ts";

/** How full the table of tracked connections is, of the most that it takes; both are of the node's own network namespace. */
export function tableUse(host: HostEvidence): Reading<{ entries: number; max: number }> {
  const max = host.sysctl("net.netfilter.nf_conntrack_max");
  const other = max.known ? max : host.sysctl("net.nf_conntrack_max");
  if (!other.known) return other;
  const counted = host.sysctl("net.netfilter.nf_conntrack_count");
  const entries: Reading<number> = counted.known
    ? { ...counted, value: Number(counted.value) }
    : tableEntries(host);
  if (!entries.known) return entries;
  const [value, most] = [entries.value, Number(other.value)];
  if (!Number.isFinite(value) || !(most > 0)) return { known: false, why: "unreadable" };
  const cite = { ...entries.cite, text: `${entries.cite.text} of ${other.cite.text}` };
  return { known: true, value: { entries: value, max: most }, cite };
}

/** What the table of the kernel's own statistics says; of several the fullest. */
function tableEntries(host: HostEvidence): Reading<number> {
  const known = host.models("conntrack-S").flatMap(({ model, artifact }): { value: number; cite: Cite }[] =>
    model.entries
      ? [
          {
            value: model.entries.value,
            cite: { artifact: artifact.path, text: model.entries.text, where: { line: model.entries.line } },
          },
        ]
      : [],
  );
  const [first] = known.sort((a, b) => b.value - a.value);
  return first ? { known: true, ...first } : { known: false, why: "absent" };
}

/**
 * Packets that connection tracking dropped for want of an entry: `drop` without those of races, which count as `insert_failed`,
 * too (nf_conntrack_core.c, nf_ct_resolve_clash).
 */
export function droppedForRoom(of: (name: string) => Reading<number>): Reading<number> {
  const drop = of("drop");
  if (!drop.known || drop.value === 0) return drop;
  const failed = of("insert_failed");
  if (!failed.known) return failed;
  const text = `${drop.cite.text}; ${failed.cite.text}`;
  return { known: true, value: Math.max(0, drop.value - failed.value), cite: { ...drop.cite, text } };
}
