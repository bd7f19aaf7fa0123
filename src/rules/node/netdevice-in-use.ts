import { groupBy } from "../../bytes/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { clockOf, isOfLivesBefore, secondsAfter } from "../../evidence/index.ts";
import { secondsBetween } from "../../logs/index.ts";
import type { KernelLog, LogNote } from "../../procstack/index.ts";
import { sinceBoot } from "../../procstack/index.ts";
import type { Advice } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { lasting } from "../log-symptom.ts";
import { count } from "../words.ts";
import { agoOf, agoText } from "./kernel-symptom.ts";

/** The kernel says it every ten seconds: less than a minute of it is a slow end, not a leak. */
const LEAST = 6;
/** Lines further apart are of two devices, one after the other. */
const GAP = 60;
/** Lines of other programs between two. */
const CLOSE = 5;
const CITED = 3;

/** What is known of devices whose last reference was leaked. */
export const DEVICE_LEAKS: Advice = {
  remedy: [
    "Reboot the node: the reference is lost. Upgrade the kernel; many such leaks (of dst entries, IPv6 routes, sockets) have been fixed.",
    "Look for what holds it: sockets of the gone pod, its IPv6, tunnels, a host that routes to itself (hairpin on a promiscuous bridge).",
  ],
  references: [
    "https://github.com/moby/moby/issues/5618",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/net/core/dev.c",
  ],
};

/** A device that the kernel waits to be rid of, for longer than one is still used by right. */
export interface DeviceInUse {
  readonly device: string;
  readonly lines: number;
  /** From the first line of the run to its last; `undefined` where the log has no times. */
  readonly seconds: number | undefined;
}

interface Run extends DeviceInUse {
  readonly cites: readonly Cite[];
  readonly ago?: number;
}

/** A network device that can't be removed, as the kernel's log says again and again. */
export const netdeviceInUse = defineSymptom<DeviceInUse>({
  id: "node/netdevice-in-use",
  title: "a network device can't be removed: something still uses it",
  description:
    "`unregister_netdevice: waiting for eth0 to become free` for a minute or longer. A reference to a device of a network namespace that is being taken down was leaked, and never comes back: " +
    "the namespace stays, and on older kernels no other can be made or taken down meanwhile, so that pods neither start nor end.",
  remedy: DEVICE_LEAKS.remedy,
  references: DEVICE_LEAKS.references,
  *detect(host) {
    for (const [device, runs] of groupBy(runsOn(host), (run) => run.device)) {
      // The journal and dmesg tell of the same minutes: the longest run stands for all.
      const [longest, ...others] = runs.toSorted((a, b) => b.lines - a.lines);
      if (!longest) continue;
      const { lines, seconds, cites } = longest;
      const over = seconds === undefined ? "" : `, over ${lasting(seconds)}`;
      yield {
        subject: { kind: "network-device", name: device },
        summary: `The kernel has said ${count(lines, "time")}${over} that ${device} of a network namespace is still in use and can't be removed.${agoText([longest, ...others])}`,
        evidence: cites,
        data: { device, lines, seconds },
        weight: lines,
        namesItsCause: true,
        ...agoOf([longest, ...others]),
        missing: [
          {
            text: "who waits for it, and what can't be done meanwhile",
            command: "tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack > stacks.txt 2>&1   # as root",
          },
        ],
      };
    }
  },
});

const runsOn = (host: HostEvidence): Run[] =>
  host.kernelLogs.flatMap(({ model }) => (isOfLivesBefore(model, host) ? [] : runsIn(sinceBoot(model))));

function runsIn(log: KernelLog): Run[] {
  const notes = log.notes.filter(({ about }) => about === "netdev");
  return [...groupBy(notes, ({ peer }) => peer ?? "a device")].flatMap(([device, said]) =>
    splitAtGaps(said).flatMap((run): Run[] => {
      const [first, last] = [run[0], run.at(-1)];
      if (!first || !last || run.length < LEAST) return [];
      const ago = secondsAfter(last, log);
      const told = [...run.slice(0, CITED - 1), last];
      return [
        {
          device,
          lines: run.length,
          seconds: secondsFrom(first, last),
          cites: told.map(({ text, line }) => ({ artifact: log.path, text, where: { line } })),
          ...(ago !== undefined && { ago }),
        },
      ];
    }),
  );
}

function splitAtGaps(notes: readonly LogNote[]): LogNote[][] {
  const runs: LogNote[][] = [];
  for (const note of notes) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && isNext(before, note)) run.push(note);
    else runs.push([note]);
  }
  return runs;
}

/** Without times, only lines that stand together are taken for one wait. */
function isNext(before: LogNote, note: LogNote): boolean {
  const seconds = secondsFrom(before, note);
  return seconds === undefined ? note.line - before.line <= CLOSE : seconds <= GAP;
}

function secondsFrom(a: LogNote, b: LogNote): number | undefined {
  if (a.time !== undefined && b.time !== undefined) return b.time - a.time;
  return secondsBetween(clockOf(a.clock), clockOf(b.clock));
}
