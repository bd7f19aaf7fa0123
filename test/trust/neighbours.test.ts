import { describe, expect, it } from "vitest";
import type { Files } from "./samples.ts";
import { EXPECTED, filesOf, renamed, judged } from "./samples.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A node that is well, under a name that no sample has. */
const HEALTHY = renamed(filesOf("healthy"), (path) => path.replace("/node-f/", "/node-z/"));
/** The same without what takes long to read and speaks of no other file. */
const SMALL_HEALTHY = Object.fromEntries(
  Object.entries(HEALTHY).filter(([path]) => !/\/proc\/|pcap$/.test(path)),
);
const PNG = Uint8Array.from(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
);

/** Pods, nodes and services of a cluster in which nothing is wrong, as `kubectl get -o yaml` prints them. */
const CLUSTER = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: node-z}
  status:
    conditions:
    - {type: Ready, status: "True", reason: KubeletReady, lastTransitionTime: "2026-01-05T08:00:00Z"}
    - {type: DiskPressure, status: "False", reason: KubeletHasNoDiskPressure, lastTransitionTime: "2026-01-05T08:00:00Z"}
- apiVersion: v1
  kind: Pod
  metadata: {name: blog-7c9f8d6b5-x2x4p, namespace: blog, uid: 6f0e7c1e-3b1b-4a8f-9c0e-1d2f3a4b5c6d, creationTimestamp: "2026-01-06T08:00:00Z"}
  spec:
    nodeName: node-z
    containers: [{name: blog, image: "example.net/blog:4.2", resources: {limits: {memory: 256Mi}}}]
  status:
    phase: Running
    podIP: 10.99.7.7
    startTime: "2026-01-06T08:00:01Z"
    conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-06T08:00:09Z"}]
    containerStatuses:
    - {name: blog, ready: true, restartCount: 0, state: {running: {startedAt: "2026-01-06T08:00:05Z"}}}
- apiVersion: v1
  kind: Service
  metadata: {name: blog, namespace: blog}
  spec: {type: ClusterIP, clusterIP: 10.98.0.7, selector: {app: blog}, ports: [{port: 80, targetPort: 8080}]}
`;

const UNRELATED: Files = {
  "bundle/notes/README.txt": bytes(
    "Call Ada back on Monday.\nThe pods were slow, she says: 5 s for a name.\n",
  ),
  "bundle/notes/screenshot.png": PNG,
  "bundle/notes/todo.md": bytes("- [ ] ask for `dmesg`\n- [ ] who restarted it? confirmed OOM? no\n"),
  "bundle/notes/table.csv": bytes("name,seats\nred room,12\nblue room,8\n"),
  "bundle/notes/empty": new Uint8Array(),
  "bundle/notes/settings.json": bytes('{"theme": "dark", "editor": {"tabs": 2}}\n'),
};
const PROFILE = "bundle/node-f/web/heap.pb.gz";
const OTHER_PROGRAM: Files = {
  "bundle/node-z/web/heap.pb.gz": filesOf("healthy")[PROFILE] ?? new Uint8Array(),
  "bundle/node-z/web/goroutine.pb.gz":
    filesOf("healthy")["bundle/node-f/web/goroutine.pb.gz"] ?? new Uint8Array(),
};

/**
 * Where a property can't hold. `orders/` beside `node-z/` may be a machine too, whatever lies in no folder: what is in it is not
 * joined with that, and the leak is not known to be of the process that was killed.
 */
const NOT_JOINED: Readonly<Record<string, readonly string[]>> = { "leak-until-oom": ["kube/oom-by-leak"] };

describe.each(Object.entries(EXPECTED))("what lies beside sample %s", (sample, expected) => {
  const files = filesOf(sample);

  it("a healthy node", async () => {
    expect(await judged({ ...files, ...HEALTHY })).toEqual(expected);
  });

  it("a healthy node's folder, where its own host has none", async () => {
    const flat = renamed(files, (path) => path.replace(/\/(?:node|master)-\w\//, "/"));
    const demanded = Object.entries(expected).filter(([rule]) => !NOT_JOINED[sample]?.includes(rule));
    expect(await judged({ ...flat, ...SMALL_HEALTHY })).toEqual(Object.fromEntries(demanded));
  });

  it("a healthy node's profiles, a healthy cluster's list, and what is no evidence", async () => {
    const list = { "bundle/cluster/all-blog.yaml": bytes(CLUSTER) };
    expect(await judged({ ...UNRELATED, ...OTHER_PROGRAM, ...files, ...list })).toEqual(expected);
  });
});

it("the profile that stands for another program's is there", () => {
  for (const body of Object.values(OTHER_PROGRAM)) expect(body.length).toBeGreaterThan(0);
});
