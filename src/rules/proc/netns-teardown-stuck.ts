import type { OpenNote } from "../../evidence/index.ts";
import { citeNote } from "../../evidence/index.ts";
import type { WaitSite } from "../../procstack/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import { DEVICE_LEAKS } from "../node/netdevice-in-use.ts";
import { complaints } from "./remote-notes.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** The kernel says it every ten seconds; two or three times is a slow end, not a stuck one. */
const OFTEN = 6;

/** Where the kernel waits for a device's users, and not for anything else on the way. */
const isInUse = ({ frame }: WaitSite): boolean => frame.symbol.startsWith("netdev_wait_allrefs");

const isOften = ({ count }: OpenNote): boolean => count >= OFTEN;

/** A network namespace whose device is still in use can't go, and no other can while it waits. */
export const netnsTeardownStuck = defineStuckCause({
  id: "proc/netns-teardown-stuck",
  title: "a network namespace can't be taken down: its device is still in use",
  description:
    "The kernel waits for the last user of a network device (lo, eth0, a veth) to let go before it can end the namespace. A leaked " +
    "reference never does; meanwhile namespaces pile up, and on older kernels none can be made.",
  sites: ["netns-teardown", "netns-create"],
  statement: "a task takes a network namespace down, or waits to make one",
  // Who waits to make one waits for whoever takes one down, as slow as that may be.
  accepts: ({ site }, { host }) => isInUse(site) || complaints(host, ["netdev"]).length > 0,
  isVague: ({ site }) => !isInUse(site),
  tests: [
    {
      statement: "the kernel says again and again that a device is still in use",
      axis: "counter",
      holds: "strong",
      ask: { text: "what the kernel says of it", command: "dmesg | grep unregister_netdevice" },
      answer({ host }) {
        const found = complaints(host, ["netdev"]).filter(({ count }) => count > 1);
        if (found.length === 0) return cantTell("uncovered");
        return holds(found.map(citeNote), found.some(isOften) ? {} : { atMost: "weak" });
      },
    },
  ],
  remedy: DEVICE_LEAKS.remedy,
  references: DEVICE_LEAKS.references,
  tell({ host }) {
    const [open] = complaints(host, ["netdev"]);
    return open
      ? `The kernel has said ${open.count} times that ${open.note.peer ?? "a device"} is still in use.`
      : "";
  },
});
