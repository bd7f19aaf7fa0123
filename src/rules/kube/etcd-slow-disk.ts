import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { type LogSighting, citesOf, lasting, logSightings } from "../log-symptom.ts";
import { etcdSlow } from "./etcd-slow.ts";

/** One sync that took so long may be a backup; several are the disk. */
const SEVERAL = 3;

/** Each write of etcd waits until the disk has it. */
export const etcdSlowDisk = defineCause<LogSighting>({
  id: "kube/etcd-slow-disk",
  title: "etcd's disk is too slow",
  description:
    "Etcd answers a write when its log is durable. It says so itself when the disk took more than a second for that, where some milliseconds are usual.",
  explains: [etcdSlow],
  tests: [
    {
      statement: "syncs of etcd's log took longer than a second",
      axis: "time",
      holds: "strong",
      // A disk that takes half a second each time is as bad, and not told of.
      fails: "weak",
      ask: {
        text: "how long syncs take",
        command: "curl -s --cert … https://127.0.0.1:2379/metrics | grep wal_fsync; cat /proc/pressure/io",
      },
      answer({ host, seen }) {
        const [syncs] = logSightings(host, ["etcd-slow-sync"]).values();
        if (syncs && syncs.count >= SEVERAL) return holds(citesOf(syncs));
        if (syncs) return holds(citesOf(syncs), { atMost: "weak" });
        if (seen === undefined) return cantTell();
        return fails([
          { artifact: seen.artifact.path, text: `no slow sync is told of in ${seen.artifact.path}` },
        ]);
      },
    },
  ],
  remedy: [
    "Give etcd a disk of its own: an SSD with a 99th percentile of fdatasync below 10 ms (fio --fdatasync=1 measures it).",
    "See what else writes to that disk: logs, images that are unpacked, backups of etcd itself.",
  ],
  references: [
    "https://etcd.io/docs/v3.5/faq/",
    "https://etcd.io/docs/v3.5/op-guide/hardware/",
    "https://github.com/etcd-io/etcd/issues/12405",
  ],
  summary({ host }) {
    const [syncs] = logSightings(host, ["etcd-slow-sync"]).values();
    if (!syncs) return "Etcd is slow; whether its disk is, isn't told.";
    return `Etcd waited up to ${lasting(syncs.most ?? 0)} for its disk to make the log durable.`;
  },
});
