import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { type Files, filesOf, replaced, without } from "../proc/hang-case.ts";

const RULE = "kube/kubelet-certificate";
const FILES = filesOf("test/fixtures/stands/certificate");
const verdicts = async (files: Files) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("explains a node whose kubelet is silent since its certificate ended", async () => {
    const report = await analyzeFiles(FILES);
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "confirmed",
      explains: ["kube/node-not-ready"],
    });
    expect(findingOf(report, RULE).summary).toContain("past its end, since 2024-04-11T09:00:00Z");
  });

  it("is likely where the node was heard of at another time", async () => {
    expect(await verdicts(replaced(FILES, "2024-04-11T09:02:12Z", "2024-04-02T09:02:12Z"))).toEqual([
      "likely",
    ]);
  });

  it("is possible only where the certificate may be a registry's", async () => {
    const registry = replaced(
      FILES,
      /"Unhandled Error".*?tls:/g,
      '"Failed to pull image" err="Get \\"https://registry.example/v2/\\": tls:',
    );
    expect(await verdicts(registry)).toEqual(["possible"]);
  });

  it("is nothing where the kubelet speaks, where the clock is behind, or where its log is missing", async () => {
    expect(await verdicts(replaced(FILES, "status: Unknown", 'status: "False"'))).toEqual([]);
    expect(await verdicts(replaced(FILES, "is after 2024-04-11", "is before 2024-04-13"))).toEqual([]);
    expect(await verdicts(without(FILES, /kubelet/))).toEqual([]);
  });
});
