import { counterTimelines, growthOf, lengthOf, sampleCite } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, seconds } from "../words.ts";

const METRIC = "etcd_server_leader_changes_seen_total";
/** One or two are a restart. */
const MANY = 3;
const HOUR = 3600;

/** Etcd changes its leader again and again; meanwhile nothing is written. */
export const etcdLeaderChanges = defineSymptom<{ readonly changes: number }>({
  id: "kube/etcd-leader-changes",
  title: "etcd changes its leader again and again",
  description:
    "Two scrapes or more of one member of etcd between which it saw at least three changes of the leader, and one an hour. Each stops all writes for as long as an election takes. " +
    "An upgrade changes the leader once or twice.",
  remedy: [
    "See why heartbeats come late: the disk (etcd_disk_wal_fsync_duration_seconds), the network between the members (etcd_network_peer_round_trip_time_seconds), the processor.",
  ],
  references: ["https://etcd.io/docs/v3.5/metrics/", "https://etcd.io/docs/v3.5/tuning/"],
  *detectInCluster(cluster) {
    for (const timeline of counterTimelines(cluster, "metrics", METRIC)) {
      const changes = growthOf(timeline) ?? 0;
      const length = lengthOf(timeline);
      const [first, last] = [timeline.samples[0], timeline.samples.at(-1)];
      if (changes < MANY || (length !== undefined && length > changes * HOUR) || !first || !last) continue;
      const member =
        timeline.labels.get("instance") ??
        timeline.labels.get("pod") ??
        last.artifact.path.split("/").slice(-2).join("/");
      yield {
        subject: { kind: "member", name: member },
        summary: `Etcd has seen ${count(changes, "change")} of its leader${length === undefined ? "" : ` within ${seconds(length)}`}.`,
        evidence: [
          sampleCite(first, `${METRIC} was ${first.value}`),
          sampleCite(last, `${METRIC} is ${last.value}`),
        ],
        data: { changes },
        weight: changes,
      };
    }
  },
});
