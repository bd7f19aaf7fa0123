import { defineSymptom } from "../engine/index.ts";
import {
  type LeastSeen,
  type LogSighting,
  isEnough,
  lasting,
  logSightings,
  ofNode,
  toldOf,
} from "../log-symptom.ts";
import type { SignatureId } from "../../logs/index.ts";

/** Either is enough: very many slow requests of which some are very slow, or heartbeats that came late again and again. */
const WAYS: readonly (readonly [
  signature: SignatureId,
  least: LeastSeen,
  says: (seen: LogSighting) => string,
])[] = [
  [
    "etcd-slow-apply",
    { lines: 100, amount: 1 },
    ({ most }) => `Requests to etcd took longer than it expects, ${lasting(most ?? 0)} at the longest.`,
  ],
  ["etcd-late-heartbeat", { lines: 10 }, () => "The leader of etcd sent its heartbeats late."],
];

/** Etcd says itself that it is slow. */
export const etcdSlow = defineSymptom<LogSighting>({
  id: "kube/etcd-slow",
  title: "etcd is slow",
  description:
    "Etcd logs requests that took more than 100 ms, and heartbeats that its leader sent late. At least a hundred requests of which one " +
    "took a second or longer, or ten late heartbeats: the API server and all that waits for it is slow, and leaders change.",
  remedy: [
    "Look at the disk first, then at the processor and the network between the members: etcd's metrics " +
      "etcd_disk_wal_fsync_duration_seconds and etcd_network_peer_round_trip_time_seconds tell them apart.",
  ],
  references: ["https://etcd.io/docs/v3.5/faq/", "https://github.com/etcd-io/etcd/issues/15247"],
  *detect(host) {
    for (const [signature, least, says] of WAYS) {
      const [seen] = logSightings(host, [signature]).values();
      if (!seen || !isEnough(seen, least)) continue;
      yield { ...toldOf(seen, says(seen)), subject: ofNode(host) };
      return;
    }
  },
});
