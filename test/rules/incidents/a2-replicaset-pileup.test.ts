import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { HeldBy } from "../go/profiles.ts";
import { heap } from "../go/profiles.ts";

const GB = 1024;
const decoding = (kind: string, megabytes: number): HeldBy => [
  [
    "k8s.io/kubernetes/vendor/k8s.io/api/core/v1.(*PodSpec).Unmarshal",
    `k8s.io/kubernetes/vendor/k8s.io/api/${kind}.Unmarshal`,
    "k8s.io/kubernetes/vendor/k8s.io/apiserver/pkg/storage/etcd3.decode",
  ],
  megabytes,
  megabytes,
];
const REST: HeldBy = [
  ["k8s.io/kubernetes/vendor/k8s.io/apiserver/pkg/storage/cacher.newWatchCache"],
  3 * GB,
  9000,
];
const HEAP = {
  "b/master-1/kube-apiserver/heap.pb.gz": heap([decoding("apps/v1.(*ReplicaSet)", 9 * GB), REST]),
};
const hash = (i: number) => (i + 0x10000).toString(36).padStart(8, "b");
/** `kubectl get rs -A`: so many Deployments, each with its old ReplicaSets and the one that runs. */
const table = (deployments: number, old: number) =>
  `NAMESPACE   NAME                 DESIRED   CURRENT   READY   AGE\n${Array.from(
    { length: deployments * (old + 1) },
    (_, i) => {
      const runs = i < deployments ? 2 : 0;
      return `${i % 2 === 0 ? "trade" : "quote"}       svc-${i % deployments}-${hash(i)}      ${runs}         ${runs}         ${runs}       212d\n`;
    },
  ).join("")}`;
const LIST = { "b/cluster/rs.txt": table(60, 90) };
const RULE = "kube/replicaset-pileup";

describe("an API server of 13 GB (A2)", () => {
  it("is explained by profile and list, with what to delete", async () => {
    const finding = findingOf(await analyzeFiles({ ...HEAP, ...LIST }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("5400");
    expect(finding.remedy.join("\n")).toMatch(/revisionHistoryLimit/);
  });

  it("is less sure by either alone, and asks for the other", async () => {
    const profile = findingOf(await analyzeFiles(HEAP), RULE);
    expect(profile.verdict).toBe("likely");
    expect(profile.missing.map(({ command }) => command).join()).toMatch(/replicasets|rs/);
    expect(verdictsOf(await analyzeFiles(LIST), RULE)).not.toContain("confirmed");
    expect(verdictsOf(await analyzeFiles(LIST), RULE)).not.toContain("likely");
  });

  it("is another kind's pile-up where the profile says so", async () => {
    const events = {
      "b/master-1/kube-apiserver/heap.pb.gz": heap([decoding("core/v1.(*Secret)", 9 * GB), REST]),
    };
    const report = await analyzeFiles({ ...events, ...LIST });
    expect(verdictsOf(report, RULE)).not.toContain("confirmed");
    expect(verdictsOf(report, "kube/object-pileup").length).toBeGreaterThan(0);
    expect(findingOf(report, "kube/object-pileup").summary).toContain("Secret");
  });

  it("is nothing where Deployments keep ten of them, as they do by default", async () => {
    expect(
      verdictsOf(await analyzeFiles({ ...HEAP, "b/cluster/rs.txt": table(60, 10) }), RULE),
    ).not.toContain("confirmed");
    expect((await analyzeFiles({ "b/cluster/rs.txt": table(60, 10) })).findings).toEqual([]);
  });
});
