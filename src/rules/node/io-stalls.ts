import { kernelEvents } from "../../evidence/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import type { RuntimeTrouble } from "../runtime/runtime-trouble.ts";
import { isDuring, RUNTIME_TROUBLES } from "../runtime/runtime-trouble.ts";
import { isNow, stallOf, stallTest, stallText } from "./stall-cause.ts";

/** A node that unpacks images is held up for a fifth of the time and lists its containers all the same. */
const MUCH = 40;
/** What the kernel said of a disk so long before its log ends is of another time. */
const OVER_AFTER = 900;

/** The node's tasks wait for its disks, those of the runtime among them. */
export const ioStalls = defineCause<RuntimeTrouble>({
  id: "node/io-stalls",
  title: "everything on the node waits for its disks",
  description:
    "The kernel's measure of pressure (/proc/pressure/io) shows that for a great part of the last five minutes no task of the node could go on, as all that had work waited " +
    "for I/O. The container runtime keeps its state on these disks. A symptom that is over is not explained by it.",
  explains: RUNTIME_TROUBLES,
  concerns: (about) => isNow(about) && stallOf(about.host, "io") !== undefined,
  tests: [
    stallTest("io", MUCH, "nothing on the node could go on for a great part of the last minutes, for I/O"),
    {
      statement: "the kernel reports that a disk fails, or lets commands time out",
      // It is of the same minutes, as the stalls are, and no more ties it to the runtime.
      axis: "time",
      holds: "strong",
      ask: { text: "what the kernel says of the disks", command: "dmesg -T   # or journalctl -k" },
      answer({ host, seen }) {
        const recent = (["io-error", "nvme-timeout", "filesystem-shutdown"] as const)
          .flatMap((kind) => kernelEvents(host, kind).events)
          .filter(({ ago = 0, event }) => ago <= OVER_AFTER && !NO_DISK.test(event.details["device"] ?? ""));
        if (recent.length === 0) return cantTell("uncovered");
        const isOfIt = recent.some(({ event }) => isDuring(seen, event.clock));
        return holds(
          recent.slice(0, 2).map(({ cite }) => cite),
          isOfIt ? {} : { atMost: "weak" },
        );
      },
    },
  ],
  remedy: [
    "Find who writes: pidstat -d 5, iotop, and io.stat of the pods' control groups. Bound it, or give the runtime's and the kubelet's data a disk of their own.",
    "A cloud volume may have used up its credits or its IOPS: see its metrics.",
  ],
  references: [
    "https://docs.kernel.org/accounting/psi.html",
    "https://github.com/kubernetes/kubernetes/issues/61117",
  ],
  summary: ({ host }) => stallText(stallOf(host, "io"), "by I/O"),
});

const NO_DISK = /^(?:fd|sr|loop)\d/;
