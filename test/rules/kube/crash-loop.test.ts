import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ago, listed, pod } from "./objects.ts";

const RULE = "kube/crash-loop";
const loop = (lastState: object = {}) =>
  pod("web", {
    status: {
      containerStatuses: [
        { name: "main", restartCount: 7, state: { waiting: { reason: "CrashLoopBackOff" } }, lastState },
        { name: "sidecar", restartCount: 0, state: { running: { startedAt: ago(900) } } },
      ],
    },
  });
const see = async (files: Readonly<Record<string, string>>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is seen of the container that waits, and of no other", async () => {
    const finding = findingOf(
      await analyzeFiles({ "c/pods.yaml": listed(loop({ terminated: { exitCode: 1, reason: "Error" } })) }),
      RULE,
    );
    expect(finding.subject).toMatchObject({ kind: "container", name: "shop/web/main" });
    expect(finding.summary).toContain("restarted 7 times. It last ended with exit status 1 (Error)");
  });

  it("is seen in a table and in a description", async () => {
    const table =
      "NAME   READY   STATUS                  RESTARTS       AGE\nweb    0/1     Init:CrashLoopBackOff   14 (16m ago)   2d2h\n";
    const finding = findingOf(await analyzeFiles({ "c/pods.txt": table }), RULE);
    expect(finding.subject).toMatchObject({ kind: "pod", name: "web" });
    expect(finding.summary).toContain("restarted 14 times");
    expect(finding.missing.length).toBeGreaterThan(0);
  });

  it("is not seen of pods that restarted once and run, or of a job that is done", async () => {
    const runs = pod("web", {
      status: {
        containerStatuses: [
          {
            name: "main",
            restartCount: 3,
            state: { running: { startedAt: ago(9000) } },
            lastState: { terminated: { exitCode: 1 } },
          },
        ],
      },
    });
    expect(await see({ "c/pods.yaml": listed(runs) })).toEqual([]);
    expect(
      await see({
        "c/pods.txt":
          "NAME   READY   STATUS      RESTARTS   AGE\nweb    0/1     Completed   0          2d2h\n",
      }),
    ).toEqual([]);
  });
});
