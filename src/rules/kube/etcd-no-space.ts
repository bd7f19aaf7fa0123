import { defineLogSymptom } from "../log-symptom.ts";

/** Etcd, or what asked it, logs `mvcc. */
export const etcdNoSpace = defineLogSymptom({
  id: "kube/etcd-no-space",
  title: "etcd refuses to write, for its database has reached its quota",
  description:
    "Etcd, or what asked it, logs mvcc: database space exceeded or the alarm NOSPACE: nothing in the cluster can be created or changed until the database is smaller and the alarm was taken back.",
  remedy: [
    "Compact the history, defragment each member in turn, then take the alarm back: etcdctl compact REV, etcdctl defrag, etcdctl alarm disarm. See which objects grow (events, secrets of Helm) and stop that.",
    "Raise --quota-backend-bytes (2 GB unless set) up to 8 GB.",
  ],
  references: ["https://etcd.io/docs/v3.5/op-guide/maintenance/"],
  missing: [
    {
      text: "the alarms, and the size of the database of each member",
      command: "etcdctl alarm list; etcdctl endpoint status --cluster -w table",
    },
  ],
  namesItsCause: true,
  signatures: ["etcd-no-space"],
  least: { lines: 1 },
  says: () => "Etcd is out of space by its own quota and refuses to write.",
});
