import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { listed, pod } from "./objects.ts";

const RULE = "kube/program-exit";
const judge = async (terminated: object | undefined) => {
  const lastState = terminated === undefined ? {} : { terminated };
  const web = pod("web", {
    status: {
      containerStatuses: [
        { name: "main", restartCount: 7, state: { waiting: { reason: "CrashLoopBackOff" } }, lastState },
      ],
    },
  });
  return analyzeFiles({ "c/all.yaml": listed(web) });
};

describe(RULE, () => {
  it("is confirmed by a status that is nobody else's", async () => {
    for (const exitCode of [127, 134, 139])
      expect(verdictsOf(await judge({ exitCode, reason: "Error" }), RULE)).toEqual(["confirmed"]);
  });

  it("is likely by any other status of a program", async () => {
    expect(verdictsOf(await judge({ exitCode: 1, reason: "Error" }), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await judge({ exitCode: 0, reason: "Completed" }), RULE)).toEqual(["likely"]);
  });

  it("is not said of one that was killed: for its memory, or by somebody else", async () => {
    expect(verdictsOf(await judge({ exitCode: 137, reason: "OOMKilled" }), RULE)).toEqual(["ruled-out"]);
    expect(verdictsOf(await judge({ exitCode: 143, reason: "Error" }), RULE)).toEqual(["possible"]);
  });

  it("is said of one that never ran where its command isn't there, and not where the node is at fault", async () => {
    const start = async (message?: string, exitCode = 128) =>
      verdictsOf(await judge({ exitCode, reason: "StartError", message }), RULE);
    const oci =
      "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process:";
    expect(await start(`${oci} exec: "wge": executable file not found in $PATH: unknown`)).toEqual([
      "confirmed",
    ]);
    expect(await start(`${oci} exec: "/run.sh": permission denied: unknown`)).toEqual(["confirmed"]);
    const mount = 'error mounting "/data/x" to rootfs at "/x": mkdir /x: no such file or directory: unknown';
    expect(await start(`${oci} error during container init: ${mount}`)).toEqual(["ruled-out"]);
    expect(await start(`${oci} unable to apply cgroup configuration: no space left on device`)).toEqual([
      "ruled-out",
    ]);
    expect(await start()).toEqual(["possible"]);
    // So git ends.
    expect(verdictsOf(await judge({ exitCode: 128, reason: "Error" }), RULE)).toEqual(["likely"]);
  });

  it("is possible where nobody says how it ended, and asks", async () => {
    const finding = findingOf(await judge(undefined), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing[0]?.command).toBe("kubectl -n NAMESPACE get pod POD -o yaml");
  });
});
