import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { type Files, filesOf, replaced, without } from "../proc/hang-case.ts";

const RULE = "kube/kubelet-cut-off";
const FILES = filesOf("test/fixtures/stands/cut-off");
const verdicts = async (files: Files) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("explains a node whose kubelet is silent", async () => {
    const report = await analyzeFiles(FILES);
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "confirmed",
      explains: ["kube/node-not-ready"],
    });
    expect(findingOf(report, RULE).summary).toContain("10.0.0.10:6443 that is closed, for 4 minutes");
  });

  it("is likely where it has not lasted for longer than a node may be silent", async () => {
    const log = (FILES["b/node-a/kubelet.log"] ?? "").split("\n").slice(0, 15).join("\n");
    expect(await verdicts({ ...FILES, "b/node-a/kubelet.log": log })).toEqual(["likely"]);
  });

  it("is nothing by a log that ended before the node was lost", async () => {
    expect(await verdicts(replaced(FILES, "Apr 12", "Apr 11"))).toEqual([]);
  });

  it("is no more than likely where the log begins on another day, or nothing tells when the node was heard of", async () => {
    expect(await verdicts(replaced(FILES, "Apr 12", "Apr 14"))).toEqual(["likely"]);
    expect(await verdicts(replaced(FILES, /.*lastHeartbeatTime.*\n/g, ""))).toEqual(["likely"]);
  });

  it("is nothing where the kubelet speaks, where it connected anew, or where another's log says so", async () => {
    expect(await verdicts(replaced(FILES, "status: Unknown", 'status: "False"'))).toEqual([]);
    const again =
      'Apr 12 10:30:00 node-a kubelet[812]: I0412 10:30:00.100000    812 kubelet.go:2130] "SyncLoop UPDATE" source="api"\n';
    expect(
      await verdicts({ ...FILES, "b/node-a/kubelet.log": FILES["b/node-a/kubelet.log"] + again }),
    ).toEqual([]);
    const other = Object.fromEntries(
      Object.entries(replaced(FILES, "node-a kubelet", "node-c kubelet")).map(([path, text]) => [
        path.replace("node-a", "node-c"),
        text,
      ]),
    );
    expect(await verdicts(other)).toEqual([]);
    expect(await verdicts(replaced(FILES, "kubelet[812]", "kube-proxy[812]"))).toEqual([]);
    expect(await verdicts(without(FILES, /kubelet/))).toEqual([]);
  });
});
