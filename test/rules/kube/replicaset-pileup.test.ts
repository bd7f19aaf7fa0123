import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { dump, MAIN } from "../go/dump.ts";
import type { HeldBy } from "../go/profiles.ts";
import { heap } from "../go/profiles.ts";

const RULE = "kube/replicaset-pileup";
const decoding = (kind: string, megabytes: number): HeldBy => [
  [
    "k8s.io/kubernetes/vendor/k8s.io/api/core/v1.(*PodSpec).Unmarshal",
    `k8s.io/kubernetes/vendor/k8s.io/api/${kind}.Unmarshal`,
    "k8s.io/kubernetes/vendor/k8s.io/apiserver/pkg/storage/etcd3.decode",
  ],
  megabytes,
  megabytes,
];
const REST: HeldBy = [["main.table", "main.main"], 60, 60];
const HEAP = { "b/master-1/kube-apiserver/heap.pb.gz": heap([decoding("apps/v1.(*ReplicaSet)", 900), REST]) };

const hash = (i: number) => (i + 0x10000).toString(36).padStart(8, "b");
/** Deployments with so many old ReplicaSets each, in two namespaces, as a table has them. */
const table = (deployments: number, each: number) =>
  `NAMESPACE   NAME                 DESIRED   CURRENT   READY   AGE\n${Array.from(
    { length: deployments * (each + 1) },
    (_, i) => {
      const of = i % deployments;
      const replicas = i < deployments ? 3 : 0;
      return `${of % 2 === 0 ? "shop" : "bank"}        web-${of}-${hash(i)}      ${replicas}         ${replicas}         ${replicas}       3d\n`;
    },
  ).join("")}`;
const objects = (deployments: number, each: number, limit?: number) => {
  const items = Array.from({ length: deployments }, (_, of) => {
    const namespace = of % 2 === 0 ? "shop" : "bank";
    const sets = Array.from({ length: each + 1 }, (__, i) => ({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `web-${of}-${hash(i)}`,
        namespace,
        creationTimestamp: new Date(Date.UTC(2023, 0, 1) + i * 3_600_000).toISOString().replace(".000", ""),
        ownerReferences: [{ kind: "Deployment", name: `web-${of}`, controller: true }],
      },
      spec: { replicas: i === each ? 3 : 0 },
      status: { replicas: i === each ? 3 : 0 },
    }));
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: `web-${of}`, namespace },
      spec: {
        ...(limit !== undefined && { revisionHistoryLimit: limit }),
        template: { spec: { containers: [{ name: "web" }] } },
      },
    };
    return [...sets, deployment];
  });
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: items.flat() });
};

describe(RULE, () => {
  it("is confirmed by the heap profile and the table, and prints what to delete", async () => {
    const finding = findingOf(await analyzeFiles({ ...HEAP, "b/rs.txt": table(10, 200) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.host).toBe("master-1");
    expect(finding.summary).toContain("94% of the 960 MB that orders has in use are decoded ReplicaSets.");
    expect(finding.summary).toContain(
      "2000 of 2010 ReplicaSets have no replicas; 1900 of these are beyond the 10 that a Deployment keeps by default. 10 Deployments keep more",
    );
    expect(finding.remedy[0]).toContain("nothing is left to roll back to; 1964 more follow");
    expect(finding.remedy[1]).toMatch(/^kubectl -n (?:shop|bank) delete replicaset web-/);
    expect(finding.remedy.length).toBeLessThan(12);
  });

  it("is confirmed by the heap profile and the objects, keeps the latest, and tells the limits", async () => {
    const finding = findingOf(
      await analyzeFiles({ ...HEAP, "b/rs.json": objects(4, 400, 2 ** 31 - 1) }),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(
      "Of those Deployments 4 set revisionHistoryLimit 2147483647, which is none.",
    );
    expect(finding.remedy[0]).toContain(
      "the latest 10 of each Deployment are not among them; 1524 more follow",
    );
    expect(finding.remedy[1]).toContain(hash(0));
  });

  it("is likely by the profile alone, and asks for the list", async () => {
    const finding = findingOf(await analyzeFiles(HEAP), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain(
      "kubectl get replicasets -A -o json > replicasets.json",
    );
  });

  it("is an audit by the list alone", async () => {
    const finding = findingOf(await analyzeFiles({ "b/rs.txt": table(10, 200) }), RULE);
    expect(finding).toMatchObject({ kind: "audit", verdict: "possible", host: null });
  });

  it("is silent about histories within the default, however many there are", async () => {
    expect(verdictsOf(await analyzeFiles({ "b/rs.txt": table(300, 10) }), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles({ ...HEAP, "b/rs.txt": table(300, 10) }), RULE)).toEqual([
      "ruled-out",
    ]);
  });

  it("is ruled out by a whole list that has few, and not by that of one namespace", async () => {
    expect(verdictsOf(await analyzeFiles({ ...HEAP, "b/rs.txt": table(10, 5) }), RULE)).toEqual([
      "ruled-out",
    ]);
    const one = table(1, 5);
    expect(verdictsOf(await analyzeFiles({ ...HEAP, "b/rs.txt": one }), RULE)).toEqual(["likely"]);
  });

  it("is not confirmed while many Lists are in the making", async () => {
    const lister = {
      state: "select",
      frames: [
        "net/http.(*http2responseWriter).Write",
        "k8s.io/apiserver/pkg/endpoints/handlers.ListResource.func1",
        "net/http.HandlerFunc.ServeHTTP",
      ],
    };
    const goroutines = dump([120, lister], [1, MAIN]);
    const report = await analyzeFiles({
      ...HEAP,
      "b/rs.txt": table(10, 200),
      "b/master-1/kube-apiserver/goroutines.txt": goroutines,
    });
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
  });

  it("leaves other kinds, and other programs' heaps, to others", async () => {
    const pods = heap([decoding("core/v1.(*Pod)", 900), REST]);
    const report = await analyzeFiles({ "b/master-1/kube-apiserver/heap.pb.gz": pods });
    expect(verdictsOf(report, RULE)).toEqual([]);
  });

  it("is not ruled out by a listing that was cut off", async () => {
    const whole = objects(20, 4);
    const judge = async (text: string) =>
      verdictsOf(await analyzeFiles({ ...HEAP, "c/rs.json": text }), RULE);
    expect(await judge(whole)).toEqual(["ruled-out"]);
    expect(await judge(whole.slice(0, -3000))).toEqual(["likely"]);
  });
});
