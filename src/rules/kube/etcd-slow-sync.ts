import { histogramGrowth, sampleCite } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";

const METRIC = "etcd_disk_wal_fsync_duration_seconds";
/** Seconds: what etcd's own documentation wants the disk to keep below. */
const SLOW = 0.01;
const SHARE = 0.99;
/** Of fewer the slowest hundredth is one. */
const ENOUGH = 500;

/** Etcd waits for its disk. */
export const etcdSlowSync = defineSymptom<{ readonly seconds: number }>({
  id: "kube/etcd-slow-sync",
  title: "etcd's disk takes long to make its log durable",
  description:
    "Two scrapes or more of etcd between which one in a hundred syncs of its log took more than 25 ms, of 500 at least; etcd's documentation wants 10 ms. All writes to the cluster wait for it.",
  remedy: [
    "Give etcd a disk of its own: an SSD with a 99th percentile of fdatasync below 10 ms (fio --fdatasync=1 measures it).",
    "See what else writes to that disk: logs, images that are unpacked, backups of etcd itself.",
  ],
  references: ["https://etcd.io/docs/v3.5/faq/", "https://etcd.io/docs/v3.5/op-guide/hardware/"],
  *detectInCluster(cluster) {
    for (const { labels, count, quantile, last } of histogramGrowth(cluster, "metrics", METRIC)) {
      const slowest = quantile(SHARE);
      if (count < ENOUGH || slowest <= SLOW * MARGIN) continue;
      const member =
        labels.get("instance") ?? labels.get("pod") ?? last.artifact.path.split("/").slice(-2).join("/");
      const text = `the slowest hundredth of ${count} syncs took ${milliseconds(slowest)} or longer, half of them ${milliseconds(quantile(0.5))}`;
      yield {
        subject: { kind: "member", name: member },
        summary: `Of etcd's syncs to disk ${text}.`,
        evidence: [sampleCite(last, `${METRIC}: ${text}`)],
        data: { seconds: slowest },
        weight: slowest * 1000,
      };
    }
  },
});

/** A bucket ends at 16 ms: what lies in it may be below 10. */
const MARGIN = 2.5;

const milliseconds = (seconds: number): string =>
  `${seconds >= 0.1 ? Math.round(seconds * 1000) : Number((seconds * 1000).toFixed(1))} ms`;
