import { describe, expect, it } from "vitest";
import { analyzeFiles } from "../case.ts";

/** `kubectl get pods` of so many pods that crash alike. */
function crashing(pods: number): string {
  const rows = Array.from(
    { length: pods },
    (_, i) =>
      `shop        worker-7d9c5b6f4-p${String(i).padStart(2, "0")}    0/1     CrashLoopBackOff   7 (2m ago)    3h\n`,
  );
  return `NAMESPACE   NAME                    READY   STATUS             RESTARTS      AGE\n${rows.join("")}`;
}

describe("subjects that are alike", () => {
  it("are one finding that counts and names them, though each is asked for by its own name", async () => {
    const { findings } = await analyzeFiles({ "pods.txt": crashing(30) });
    const loops = findings.filter(({ rule }) => rule === "kube/crash-loop");
    expect(loops).toHaveLength(1);
    const [loop] = loops;
    expect(loop?.subject).toMatchObject({ count: 30, alike: { length: 20 } });
    expect(loop?.missing.map(({ command }) => command)).toEqual([
      "kubectl -n shop get pod worker-7d9c5b6f4-p00 -o yaml",
    ]);
    expect(loop?.summary).toContain("29 more like it: shop/worker-7d9c5b6f4-p01, ");
    expect(loop?.summary).toContain(" and 9 others.");
    const causes = findings.filter(({ kind }) => kind === "cause");
    expect(new Set(causes.map(({ rule }) => rule)).size).toBe(causes.length);
    for (const { summary } of causes) expect(summary).toContain(" and 24 others.");
  });

  it("are told apart where another thing is asked of them", async () => {
    const other = "shop        web-0                   0/1     ImagePullBackOff   0             3h\n";
    const { findings } = await analyzeFiles({ "pods.txt": crashing(2) + other });
    const seen = findings.filter(({ kind }) => kind === "symptom");
    expect(seen.map(({ rule, subject }) => [rule, subject["count"]])).toEqual([
      ["kube/crash-loop", 2],
      ["kube/image-pull", undefined],
    ]);
  });
});
