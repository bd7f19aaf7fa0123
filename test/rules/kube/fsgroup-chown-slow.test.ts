import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "kube/fsgroup-chown-slow";
const FOLDER = "test/fixtures/logs";
const LOG = readFileSync(`${FOLDER}/kube-fsgroup-chown-slow/kubelet.log`, "utf8");
const OTHER = readFileSync(
  `${FOLDER}/near/kube-fsgroup-chown-slow/a-pod-that-waits-for-something-else/kubelet.log`,
  "utf8",
);
const DUMP = `goroutine 912 [syscall, 3 minutes]:
os.Lchown(...)
\t/usr/local/go/src/os/file_posix.go:120 +0x1d
k8s.io/kubernetes/pkg/volume.changeFilePermission({0xc0011d2000, 0x80})
\t/src/pkg/volume/volume_linux.go:112 +0x2a
k8s.io/kubernetes/pkg/volume.SetVolumeOwnership.func1({0xc0011d2000, 0x80})
\t/src/pkg/volume/volume_linux.go:75 +0x8a
created by k8s.io/kubernetes/pkg/volume/util/operationexecutor.(*operationExecutor).MountVolume in goroutine 1
\t/src/pkg/volume/util/operationexecutor/operation_executor.go:1 +0x1
`;

describe(RULE, () => {
  it("is likely by kubelet's line about the very pod, and confirmed by its goroutines", async () => {
    const finding = findingOf(await analyzeFiles({ "kubelet.log": LOG }), RULE);
    expect(finding).toMatchObject({ verdict: "likely", explains: ["kube/volume-mount-timeout"] });
    expect(finding.evidence).toMatchObject([{ where: { line: 2 } }]);
    expect(finding.missing).toHaveLength(1);
    const both = await analyzeFiles({ "kubelet.log": LOG, "goroutines.txt": DUMP });
    expect(verdictsOf(both, RULE)).toEqual(["confirmed"]);
  });

  it("is ruled out where the log names other pods' volumes only", async () => {
    expect(verdictsOf(await analyzeFiles({ "kubelet.log": OTHER }), RULE)).toEqual(["ruled-out"]);
  });

  it("can't be ruled out by a log that begins too late", async () => {
    const late = OTHER.split("\n").slice(2).join("\n");
    expect(verdictsOf(await analyzeFiles({ "kubelet.log": late }), RULE)).toEqual(["possible"]);
  });

  it("says nothing of a line alone, which older kubelets write at each mount, and without a log", async () => {
    const alone = LOG.split("\n").slice(0, 2).join("\n");
    expect((await analyzeFiles({ "kubelet.log": `${alone}\n` })).findings).toEqual([]);
  });
});
