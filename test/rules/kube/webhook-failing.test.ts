import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/webhook-failing", {
  subject: { kind: "webhook", name: "validate.policy.example.com" },
  summary: "failed: context deadline exceeded",
  line: 1,
});

it("kube/webhook-failing is not what fails once a day, which a long log has many times", async () => {
  const [line = ""] = readFileSync(
    "test/fixtures/logs/kube-webhook-failing/kube-apiserver.log",
    "utf8",
  ).split("\n");
  const days = (...of: number[]) => of.map((day) => `${line.replace("Apr 12", `Apr ${day}`)}\n`).join("");
  const daily = days(11, 12, 13, 14, 15, 16, 17);
  expect(verdictsOf(await analyzeFiles({ "kube-apiserver.log": daily }), "kube/webhook-failing")).toEqual([]);
  const bad = await analyzeFiles({ "kube-apiserver.log": daily + days(18, 18, 18, 19) });
  const finding = findingOf(bad, "kube/webhook-failing");
  expect(finding.summary).toContain("says so in 3 lines, and in 8 others.");
  expect(finding.evidence).toMatchObject([{ where: { line: 8 } }, { where: { line: 10 } }]);
});
