import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ago, eventAbout, listed, node, pod } from "./objects.ts";

const RULE = "kube/volume-stuck";
const error = (count: number, first: number) =>
  eventAbout("db-0", {
    reason: "FailedAttachVolume",
    message: `Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can't be attached to another`,
    count,
    first,
  });
const attachment = (nodeName: string, more: { metadata?: object; status?: object } = {}) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "VolumeAttachment",
  metadata: { name: `csi-${nodeName}`, ...more.metadata },
  spec: { nodeName, source: { persistentVolumeName: "pvc-1" } },
  status: { attached: true, ...more.status },
});
const see = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE);

describe(RULE, () => {
  it("is seen with the node that still has the volume", async () => {
    const files = { "c/all.yaml": listed(error(9, 1800), attachment("node-c"), node("node-c", "Unknown")) };
    const finding = findingOf(await analyzeFiles(files), RULE);
    expect(finding.summary).toContain(
      "its volume pvc-1 is still attached to node node-c, which is not ready",
    );
    expect(finding.subject).toMatchObject({ name: "shop/db-0" });
  });

  it("is seen without it, and asks for it", async () => {
    const finding = findingOf(await analyzeFiles({ "c/all.yaml": listed(error(9, 1800)) }), RULE);
    expect(finding.summary).toContain("attached to another node");
    expect(finding.missing[0]?.command).toBe("kubectl get volumeattachments -o yaml");
  });

  it("is not seen of a volume that moved, or is moving", async () => {
    expect(await see(error(1, 40))).toEqual([]);
    expect(
      await see(
        error(9, 1800),
        eventAbout("db-0", { reason: "SuccessfulAttachVolume", message: "AttachVolume.Attach succeeded" }),
      ),
    ).toEqual([]);
    expect(await see(error(9, 1800), pod("db-0"))).toEqual([]);
  });

  it("is seen of a pod that still waits long after the only event", async () => {
    const described = (status: string, age: string) =>
      [
        "Name:             db-0",
        "Namespace:        shop",
        "Node:             node-b/10.0.0.2",
        "Start Time:       Mon, 05 Oct 2026 11:40:00 +0000",
        "Labels:           app=db",
        `Status:           ${status}`,
        "IP:",
        "Controlled By:    StatefulSet/db",
        "Events:",
        "  Type     Reason              Age   From                     Message",
        "  ----     ------              ----  ----                     -------",
        `  Warning  FailedAttachVolume  ${age}   attachdetach-controller  Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-1`,
        "",
      ].join("\n");
    const say = async (text: string) => verdictsOf(await analyzeFiles({ "db-0.txt": text }), RULE);
    expect(await say(described("Pending", "12m"))).toEqual(["confirmed"]);
    expect(await say(described("Pending", "30s"))).toEqual([]);
    expect(await say(described("Running", "12m"))).toEqual([]);
  });

  it("is seen of a volume that can't be detached, and not of one that just was deleted", async () => {
    const stuck = (deletedAgo: number) =>
      attachment("node-c", {
        metadata: { deletionTimestamp: ago(deletedAgo) },
        status: {
          detachError: { message: "rpc error: code = Internal desc = volume in use", time: ago(10) },
        },
      });
    expect(await see(stuck(3600))).toEqual(["confirmed"]);
    expect(await see(stuck(60))).toEqual([]);
    expect(await see(attachment("node-c"))).toEqual([]);
  });
});
