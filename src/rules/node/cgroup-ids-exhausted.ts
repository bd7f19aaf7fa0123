import { defineLogSymptom } from "../log-symptom.ts";

/** Memory cgroups that are gone keep their ids as long as a page is charged to them. */
export const cgroupIdsExhausted = defineLogSymptom({
  id: "node/cgroup-ids-exhausted",
  title: "the kernel can make no further memory cgroup",
  description:
    "Making a folder in the hierarchy of memory cgroups fails with `no space left on device`, at least twice: all 65,535 ids are taken, mostly by cgroups " +
    "that are gone and not freed. No container can be started.",
  remedy: [
    "Restart the node to get on. Dropping caches (echo 2 > /proc/sys/vm/drop_caches) frees some of them where pages of the page cache keep them.",
    "On kernels 3.10, turn the accounting of kernel memory off (cgroup.memory=nokmem, or a kubelet and runc built without it); better, use a newer kernel.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/61937",
    "https://github.com/moby/moby/issues/29638",
  ],
  missing: [
    {
      text: "how many there are, and how many of them can be seen",
      command: "grep memory /proc/cgroups; find /sys/fs/cgroup/memory -type d | wc -l; uname -r",
    },
  ],
  signatures: ["cgroup-ids-exhausted"],
  least: { lines: 2 },
  says: () => "There are no more ids for memory cgroups.",
});
