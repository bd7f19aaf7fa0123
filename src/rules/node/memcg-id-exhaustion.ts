import { MEMCG_IDS } from "../fixes/index.ts";
import { defineLogSymptom } from "../log-symptom.ts";

/** The kernel has 65,535 ids for memory control groups; those that are removed and still hold pages keep theirs. */
export const memcgIdExhaustion = defineLogSymptom({
  id: "node/memcg-id-exhaustion",
  title: "no container can start: the kernel has no ids for memory control groups left",
  description:
    "The runtime or the kubelet can't make a directory below /sys/fs/cgroup/memory: `no space left on device`. The disk has room; the kernel's 65,535 ids of memory control groups are in use, most by groups that " +
    "were removed long ago.",
  fixes: [MEMCG_IDS],
  remedy: [
    ...MEMCG_IDS.workaround,
    MEMCG_IDS.upgrade,
    "Have fewer groups that come and go (exec probes, cron jobs).",
  ],
  references: ["https://github.com/kubernetes/kubernetes/issues/70324", ...MEMCG_IDS.references],
  missing: [
    {
      text: "how many memory control groups there are",
      command: "cat /proc/cgroups; find /sys/fs/cgroup/memory -type d | wc -l",
    },
  ],
  signatures: ["cgroup-ids-exhausted"],
  least: { lines: 1 },
  says: () => "No memory control group can be made: the kernel has no ids left.",
});
