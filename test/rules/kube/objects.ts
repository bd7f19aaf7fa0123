import { stringify } from "yaml";

/** When the listings of these tests were made, in seconds since 1970. */
const NOW = Date.parse("2026-10-05T12:00:00Z") / 1000;

/** A time so many seconds before that, as the API writes it. */
export const ago = (seconds: number): string =>
  new Date((NOW - seconds) * 1000).toISOString().replace(".000", "");

/** Objects as `kubectl get -o yaml` prints them. */
export const listed = (...items: readonly object[]): string =>
  stringify({ apiVersion: "v1", kind: "List", items });

/** A pod of the namespace `shop`. */
export const pod = (
  name: string,
  more: { readonly metadata?: object; readonly spec?: object; readonly status?: object } = {},
) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", uid: `uid-${name}`, creationTimestamp: ago(90_000), ...more.metadata },
  spec: { nodeName: "node-b", containers: [{ name: "main" }], ...more.spec },
  status: {
    phase: "Running",
    containerStatuses: [{ name: "main", state: { running: { startedAt: ago(89_990) } } }],
    ...more.status,
  },
});

/** One that runs, and says by its conditions when the listing was made. */
export const witness = pod("witness", {
  status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: ago(0) }] },
});

/** An event about a pod of these, the last time of which was so long before the listing. */
export const eventAbout = (
  name: string,
  more: {
    readonly reason: string;
    readonly message: string;
    readonly count?: number;
    readonly first?: number;
    readonly last?: number;
    readonly kind?: string;
    readonly type?: string;
  },
) => {
  const { first = 60, last = 30, kind = "Pod", type = "Warning", ...rest } = more;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${name}.${rest.reason}`,
      namespace: "shop",
      uid: `e-${name}-${rest.reason}-${rest.message}`,
    },
    involvedObject: { kind, namespace: "shop", name, ...(kind === "Pod" && { uid: `uid-${name}` }) },
    type,
    count: 1,
    firstTimestamp: ago(first),
    lastTimestamp: ago(last),
    source: { component: "kubelet", host: "node-b" },
    ...rest,
  };
};

/** A node with its condition Ready. */
export const node = (name: string, ready: string, more: { heartbeat?: number; since?: number } = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: {
    conditions: [
      {
        type: "Ready",
        status: ready,
        lastHeartbeatTime: ago(more.heartbeat ?? 10),
        lastTransitionTime: ago(more.since ?? 900_000),
      },
    ],
  },
});

/** What makes a pod of these one that was to be gone so many seconds before the listing. */
export const deleted = (seconds: number, grace = 30) => ({
  deletionTimestamp: ago(seconds),
  deletionGracePeriodSeconds: grace,
});
