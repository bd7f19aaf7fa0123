import { count } from "../words.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

/** XFS asks again and again for memory that it doesn't get. */
export const xfsAllocationDeadlock = kernelSymptom({
  id: "node/xfs-allocation-deadlock",
  title: "XFS can't get the memory that it needs to go on",
  description:
    "`XFS: … possible memory allocation deadlock` twice and more in the kernel's log: each time XFS has tried a hundred times to get memory in one piece, with locks held, and goes on trying. What writes to that file system stands meanwhile. Files in very many pieces, " +
    "as sparse images of disks, need large pieces of memory.",
  kinds: ["xfs-allocation-deadlock"],
  subjectOf: () => "node",
  // A hundred tries, of which one line tells, take two seconds and may be the last.
  least: 2,
  summary({ events, count: lines }) {
    const sizes = events.flatMap(({ event }) => Number(event.details["size"] ?? 0) || []);
    const who = [...new Set(events.flatMap(({ event }) => event.details["comm"] ?? []))].slice(0, 3);
    const size = sizes.length === 0 ? "" : `, of ${Math.max(...sizes)} bytes in one piece`;
    return `XFS said in ${count(lines, "line")} that it gets no memory${size}${who.length === 0 ? "" : `, for ${who.join(", ")}`}.`;
  },
  missing: [
    {
      text: "how the free memory lies, and which files are in many pieces",
      command: "cat /proc/buddyinfo; xfs_bmap -v FILE | wc -l",
    },
  ],
  remedy: [
    "Free memory in large pieces now: echo 1 > /proc/sys/vm/compact_memory, echo 2 > /proc/sys/vm/drop_caches.",
    "Give files that grow in many pieces a large extent size (xfs_io -c 'extsize 1m'), defragment them (xfs_fsr), upgrade the kernel: since 4.x many of these needs were removed.",
  ],
  references: [
    "https://bugzilla.kernel.org/show_bug.cgi?id=73831",
    "https://github.com/opencontainers/runc/issues/2039",
  ],
});
