import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { HeldBy } from "../go/profiles.ts";
import { heap } from "../go/profiles.ts";

const RULE = "kube/object-pileup";
const decoding = (func: string): HeldBy => [
  [func, "k8s.io/apiserver/pkg/storage/etcd3.decode", "k8s.io/apiserver/pkg/storage/cacher.(*Cacher).List"],
  700,
  700,
];
const of = (func: string, metrics = "") =>
  analyzeFiles({
    "b/master-1/kube-apiserver/heap.pb.gz": heap([decoding(func)]),
    ...(metrics !== "" && { "b/apiserver/metrics.txt": metrics }),
  });
const SECRETS = "k8s.io/api/core/v1.(*Secret).Unmarshal";
const count = (n: number, resource = "secrets", metric = "apiserver_storage_objects") =>
  `# TYPE ${metric} gauge\n${metric}{resource="${resource}"} ${n}\n`;

describe(RULE, () => {
  it("is confirmed by the heap profile and the number of objects, and names the kind", async () => {
    const finding = findingOf(await of(SECRETS, count(48_211)), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.subject).toMatchObject({ kind: "objects", name: "Secret" });
    expect(finding.summary).toContain("The cluster has 48211 of them.");
    expect(verdictsOf(await of(SECRETS, count(48_211, "secrets", "etcd_object_counts")), RULE)).toEqual([
      "confirmed",
    ]);
    expect(
      verdictsOf(
        await of(
          "k8s.io/kubernetes/pkg/apis/networking/v1.Convert_v1_Ingress_To_networking_Ingress",
          count(30_000, "ingresses.networking.k8s.io"),
        ),
        RULE,
      ),
    ).toEqual(["confirmed"]);
    expect(
      verdictsOf(
        await of(
          "k8s.io/api/networking/v1.(*NetworkPolicyList).DeepCopyInto",
          count(30_000, "networkpolicies.networking.k8s.io"),
        ),
        RULE,
      ),
    ).toEqual(["confirmed"]);
  });

  it("is likely without a count, and possible where there are few", async () => {
    expect(verdictsOf(await of(SECRETS), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await of(SECRETS, count(4000)), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await of(SECRETS, count(200)), RULE)).toEqual(["possible"]);
  });

  it("leaves ReplicaSets to their own rule, and is no rival for what decodes nothing of the API", async () => {
    expect(verdictsOf(await of("k8s.io/api/apps/v1.(*ReplicaSet).Unmarshal"), RULE)).toEqual([]);
    expect(verdictsOf(await of("main.(*cache).put"), RULE)).toEqual([]);
    expect(verdictsOf(await of("example.com/shop/api/v1.(*Secret).Unmarshal"), RULE)).toEqual([]);
    expect(verdictsOf(await of("k8s.io/api/core/v1.(*EnvVar).Unmarshal"), RULE)).toEqual([]);
  });
});
