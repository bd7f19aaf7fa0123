import { expect, it } from "vitest";
import { describeRule, listRules } from "../../src/report/index.ts";
import { RULES } from "../../src/rules/index.ts";

const rule = RULES.find(({ id }) => id === "kube/endpoint-resync-storm");

it("a rule is shown with the known defects that it is about, and the versions that have them", () => {
  const described = rule && describeRule(rule);
  expect(described?.fixes).toEqual([
    {
      id: "kube-controller-manager/headless-label-resync",
      defect: expect.stringContaining("service.kubernetes.io/headless"),
      versions: "kube-controller-manager, from 1.16.0, fixed in 1.17.13, 1.18.10 and 1.19.3",
    },
  ]);
  const text = listRules(described ? [described] : [], true).replace(/\s+/g, " ");
  expect(text).toContain(
    "Known defects - kube-controller-manager, from 1.16.0, fixed in 1.17.13, 1.18.10 and 1.19.3: the label",
  );
});

it("a rule without such defects says nothing of them", () => {
  const other = RULES.find(({ id }) => id === "tcp/zero-window");
  const text = other ? listRules([describeRule(other)], true) : "";
  expect(text).toContain("tcp/zero-window");
  expect(text).not.toContain("Known defects");
});
