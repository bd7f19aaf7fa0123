import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { AT_REST, FROZEN_WRITER, INIT, NAMESPACE, procFiles } from "./tasks.ts";

const RULE = "proc/pid-namespace-zap-hang";

describe(RULE, () => {
  it("names the init, the namespace, and the chain to its end", async () => {
    const finding = findingOf(
      await analyzeFiles(procFiles("b/node-c", [INIT, FROZEN_WRITER, ...AT_REST])),
      RULE,
    );
    expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed", host: "node-c" });
    expect(finding.subject).toMatchObject({ kind: "pid-namespace", inode: NAMESPACE, pid: 500 });
    expect(finding.summary).toContain(
      "entrypoint.sh (500) → ledger (501); ledger (501) waits for a frozen file system",
    );
  });

  it("is seen without knowing any other task, and asks for them", async () => {
    const finding = findingOf(await analyzeFiles(procFiles("b", [INIT, ...AT_REST])), RULE);
    expect(finding.summary).toContain("No other task of it was collected.");
    expect(finding.missing[0]?.command).toContain("/proc/[0-9]*");
  });

  it("says that members are only guessed where neither ns nor status was collected", async () => {
    const finding = findingOf(
      await analyzeFiles(procFiles("b", [INIT, FROZEN_WRITER], ["stack", "comm"])),
      RULE,
    );
    expect(finding.summary).toContain("What blocks it may be");
  });

  it("takes a shell that waits for a child, and kernel threads at rest, for normal", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", AT_REST)), RULE)).toEqual([]);
  });

  it("does not look for members on another host", async () => {
    const files = { ...procFiles("b/node-a", [INIT]), ...procFiles("b/node-b", [FROZEN_WRITER]) };
    const report = await analyzeFiles(files);
    expect(findingOf(report, RULE).host).toBe("node-a");
    expect(findingOf(report, RULE).summary).toContain("No other task of it was collected.");
  });
});
