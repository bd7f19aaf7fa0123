import type { Component } from "../component.ts";
import type { Signature } from "../signature.ts";

const ETCD: readonly Component[] = ["etcd", "all-in-one"];
const SLOW_APPLY = {
  id: "etcd-slow-apply",
  means: "etcd took longer than it expects for a request",
  of: ETCD,
  keys: [],
  amount: "took",
} as const;
const SLOW_SYNC = {
  id: "etcd-slow-sync",
  means: "the disk took more than a second to make etcd's log durable",
  of: ETCD,
  keys: [],
  amount: "took",
} as const;

/** What etcd says of its disk, of its peers and of its space. */
export const etcdSignatures = [
  {
    // zap writes durations as strings, and until 3.4 as seconds.
    ...SLOW_APPLY,
    literals: ["apply request took too long"],
    pattern: /"took":"?(?<took>[\d.hmsu\u00b5\u03bc]{1,24})/,
  },
  {
    ...SLOW_APPLY,
    literals: ["apply entries took too long"],
    pattern: /took too long \[(?<took>[\d.hmsu\u00b5\u03bc]{2,24}) for/,
  },
  {
    ...SLOW_APPLY,
    literals: [" took too long ("],
    pattern: /took too long \((?<took>[\d.hmsu\u00b5\u03bc]{2,24})\) to execute/,
  },
  {
    ...SLOW_SYNC,
    literals: ["slow fdatasync"],
    pattern: /"took":"?(?<took>[\d.hmsu\u00b5\u03bc]{1,24})/,
  },
  {
    ...SLOW_SYNC,
    literals: ["sync duration of "],
    pattern: /sync duration of (?<took>[\d.hmsu\u00b5\u03bc]{2,24}), expected less than/,
  },
  {
    id: "etcd-late-heartbeat",
    means: "the leader of etcd sent its heartbeat late",
    of: ETCD,
    literals: ["failed to send out heartbeat"],
    keys: [],
  },
  {
    id: "etcd-no-space",
    means: "etcd's database has reached its quota: etcd refuses to write",
    literals: ["mvcc: database space exceeded"],
    keys: [],
  },
  {
    id: "etcd-no-space",
    means: "etcd's database has reached its quota: etcd refuses to write",
    of: ETCD,
    literals: ["alarm raised", "alarm NOSPACE raised"],
    pattern: /NOSPACE/,
    keys: [],
  },
] as const satisfies readonly Signature[];
