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

  it("reads what its own command prints", async () => {
    const asked = findingOf(await analyzeFiles(procFiles("b", [INIT])), RULE).missing[0]?.command;
    expect(asked).toBe(
      "(tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack; ls -l /proc/[0-9]*/ns) > tasks.txt 2>&1   # as root",
    );
    const files = Object.entries(procFiles("", [INIT, FROZEN_WRITER, ...AT_REST], ["status", "stack", "ns"]));
    const tailed = (name: string) =>
      files.filter(([path]) => path.endsWith(name)).map(([path, text]) => `==> ${path} <==\n${text}\n`);
    const listed = files
      .filter(([path]) => path.endsWith("/ns"))
      .map(([path, text]) => `${path}:\n${text}\n`);
    const text = [...tailed("/status"), ...tailed("/stack"), ...listed].join("");
    const report = await analyzeFiles({ "tasks.txt": text });
    expect(findingOf(report, RULE).summary).toContain("What blocks it: entrypoint.sh (500) → ledger (501);");
    expect(findingOf(report, RULE).subject).toMatchObject({ inode: NAMESPACE });
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
