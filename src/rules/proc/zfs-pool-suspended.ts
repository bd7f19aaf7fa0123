import type { HostEvidence } from "../../evidence/index.ts";
import { kernelEvents } from "../../evidence/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import { lastingOf, waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["zfs-txg"];
const CITED = 3;
/** Seconds after which what hangs may hang for something else. */
const LONG_AGO = 24 * 3600;

const suspended = (host: HostEvidence) => kernelEvents(host, "zfs-suspended").events;

/** ZFS stops a pool whose devices it has lost, and with it whoever uses it. */
export const zfsPoolSuspended = defineStuckCause({
  id: "proc/zfs-pool-suspended",
  title: "a ZFS pool is suspended",
  description:
    "ZFS has lost so many devices of a pool that it can't go on, and has suspended it (failmode=wait): every task that writes, syncs or reads what is not cached waits until the devices are back and `zpool clear` was run.",
  sites: SITES,
  // A pool that is merely slow has its tasks wait at the same places.
  accepts: (_, { host }) => suspended(host).length > 0,
  statement: "a task waits for a transaction group or I/O of a ZFS pool",
  lasts: "weak",
  tests: [
    {
      statement: "ZFS says that it has suspended a pool",
      axis: "counter",
      holds: "strong",
      ask: { text: "the state of the pools", command: "zpool status; dmesg | grep suspended" },
      answer({ seen, host }) {
        const [waiter] = waitersAt(seen, new Set(SITES));
        const events = suspended(host);
        if (!waiter || events.length === 0) return cantTell("uncovered");
        // A pool may have been cleared since, of which the kernel says nothing.
        const isLongAgo = events.every(({ ago = 0 }) => ago > LONG_AGO);
        const isOld = isLongAgo || lastingOf(waiter.task, host) === undefined;
        return holds(
          events.slice(-CITED).map(({ cite }) => cite),
          isOld ? { atMost: "weak" } : worthOf(waiter),
        );
      },
    },
  ],
  remedy: [
    "Bring the pool's devices back (zpool status names them), then zpool clear POOL. Where they are gone for good only a reboot frees the tasks.",
    "failmode=continue has new writes fail instead of waiting.",
  ],
  references: [
    "https://openzfs.github.io/openzfs-docs/man/master/8/zpool-clear.8.html",
    "https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-HC/index.html",
  ],
  tell({ host }) {
    const pools = [...new Set(suspended(host).flatMap(({ event }) => event.details["pool"] ?? []))];
    return pools.length === 0 ? "" : `ZFS has suspended ${pools.join(", ")}.`;
  },
});
