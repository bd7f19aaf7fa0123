import { describe, expect, it } from "vitest";
import { InquestError } from "../../../src/bytes/index.ts";
import type { Rule, RuleExample } from "../../../src/rules/index.ts";
import {
  RULES,
  RuleTestError,
  adoptExamples,
  adoptRules,
  assertRules,
  defineCause,
  holds,
  symptomOf,
  testRules,
  textSearch,
} from "../../../src/rules/index.ts";
import { rulesOf, withTest } from "./rule-text.ts";

const rules = rulesOf(
  withTest(
    "sysctl: { key: vm.swappiness, is: { above: 50 } }\nholds: strong\nfails: decisive\nask: { text: the setting, command: sysctl vm.swappiness }",
  ),
);
const example = (swappiness: number, expect: RuleExample["expect"]): RuleExample => ({
  name: "a sick node",
  files: {
    "node-a/app.log": "SICK\n",
    "node-a/sysctl.txt": `vm.swappiness = ${swappiness}\nvm.dirty_ratio = 20\n`,
  },
  expect,
});
const SICK = { "own/sick": "confirmed" } as const;

describe("the tester of rules", () => {
  it("is content where each rule says what is expected, and unnamed ones are silent or ruled out", async () => {
    const [a, b] = await testRules(rules, [example(60, { ...SICK, "own/why": "likely" }), example(10, SICK)]);
    expect([a?.differences, b?.differences]).toEqual([[], []]);
    expect(b?.findings.map(({ rule, verdict }) => `${rule} ${verdict}`)).toContain("own/why ruled-out");
    await assertRules(rules, [example(60, { ...SICK, "own/why": "likely" })]);
  });

  it("tells what it was instead, what speaks for and against, and the rivals", async () => {
    const failing = [
      example(60, { ...SICK, "own/why": "confirmed" }),
      example(60, SICK),
      {
        name: "a healthy node",
        files: { "node-a/app.bin": "\0" },
        expect: { "own/sick": "confirmed" },
      } as const,
    ];
    const error = await assertRules(rules, failing).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RuleTestError);
    const { message, name, expected, actual } = error as RuleTestError;
    expect(name).toBe("AssertionError");
    expect(message).toBe(`a sick node:
  own/why: expected confirmed and is likely
    likely on node-a: why it is sick.
      for: vm.swappiness = 60 (node-a/sysctl.txt:1)
    own/sick: own/why likely
a sick node:
  own/why: expected silent or ruled-out, for it isn't named, and is likely
    likely on node-a: why it is sick.
      for: vm.swappiness = 60 (node-a/sysctl.txt:1)
    own/sick: own/why likely
a healthy node:
  own/sick: expected confirmed and is silent
    no symptom was seen
  node-a/app.bin was not read: binary data of no kind that inquest knows`);
    expect(expected["a healthy node"]).toEqual({ "own/sick": "confirmed" });
    expect(actual["a healthy node"]).toEqual({ "own/sick": "silent" });
  });

  it("takes bundles beside the file, baselines, and verdicts of inquest's rules", async () => {
    const cause = rulesOf(`rules:
  - cause: own/rush
    title: t
    description: d
    explains: [tcp/syn-unanswered]
    tests: [{ statement: s, counter: { name: ListenOverflows, growth: true, is: { above: 0 } }, holds: strong }]`);
    const bundle = { name: "b", bundle: "syn-backlog-overflow/bundle" };
    const expect_ = { "own/rush": "likely", "tcp/syn-backlog-overflow": "confirmed" } as const;
    await expect(
      assertRules(cause, [{ ...bundle, expect: expect_ }], { folder: "samples", known: RULES }),
    ).resolves.toBeUndefined();
    const nstat = (n: number) => ({
      files: { "node-a/nstat.txt": `#kernel\nTcpExtListenDrops ${n} 0.0\nTcpActiveOpens 5 0.0\n` },
    });
    const symptom = rulesOf(`rules:
  - symptom: own/drops
    title: t
    description: d
    when: { counter: { name: ListenDrops, growth: true, is: { above: 3 } } }`);
    await assertRules(symptom, [
      { name: "grew", ...nstat(9), baseline: nstat(5), expect: { "own/drops": "confirmed" } },
      { name: "did not grow", ...nstat(6), baseline: nstat(5), expect: { "own/drops": "silent" } },
    ]);
  });

  it("throws where the request is wrong", async () => {
    await expect(testRules(rules, [example(1, { "no/rule": "likely" })])).rejects.toThrow(
      "a sick node: there is no rule no/rule",
    );
    await expect(
      testRules(rules, [{ name: "n", bundle: "nowhere", expect: {} }], { folder: "/" }),
    ).rejects.toThrow("nowhere: no such file");
    await expect(testRules(rules, [{ name: "n", expect: {} }])).rejects.toThrow(
      "n: an example needs files or a bundle",
    );
  });
});

describe("rules of a module", () => {
  const cause = (explains: readonly unknown[]): Rule =>
    defineCause<unknown>({
      id: "own/why",
      title: "t",
      description: "d",
      explains: explains as never,
      tests: [{ statement: "s", axis: "state", answer: () => holds([]) }],
      remedy: [],
      references: [],
      summary: () => "",
    });

  it("are led to the symptoms that are known, whichever copy of the package made theirs", () => {
    const copy = { ...symptomOf(RULES, "tcp/syn-unanswered") };
    const [adopted] = adoptRules(cause([copy]), "rules.mjs", RULES);
    expect(adopted?.kind === "cause" && adopted.explains[0]).toBe(symptomOf(RULES, "tcp/syn-unanswered"));
  });

  it.each([
    [
      undefined,
      "its default export must be a rule, or a list of rules, made with defineSymptom, defineCause or defineAudit",
    ],
    [[], "its default export must be a rule, or a list of rules"],
    [5, "rule 1 of its default export is no rule"],
    [[cause([symptomOf(RULES, "tcp/syn-unanswered")]), null], "rule 2 of its default export is no rule"],
    [{ kind: "__proto__" }, "rule 1 of its default export is no rule"],
    [{ ...cause([]), id: "Why" }, 'has the id "Why"; it must be an area and a name'],
    [
      { ...cause([]), id: "tcp/tw-recycle-nat", explains: [{ id: "tcp/syn-unanswered" }] },
      "there is a rule tcp/tw-recycle-nat already",
    ],
    [{ ...cause([]), title: 5 }, "(own/why) has no title"],
    [{ ...cause([]), remedy: "x" }, "(own/why) needs a list of texts as remedy"],
    [{ ...cause([]), summary: "x" }, "(own/why) has no function summary"],
    [cause([]), "(own/why) must explain symptoms"],
    [
      cause(["tcp/syn-unanswered"]),
      "(own/why) must explain symptoms: the symptoms themselves, as symptomOf gives those of inquest",
    ],
    [cause([{ id: "no/such" }]), "own/why explains no/such, which is no symptom that is known here"],
    [
      { ...cause([{ id: "tcp/syn-unanswered" }]), tests: [{}] },
      "(own/why) needs tests, each with a statement, an axis and a function answer",
    ],
    [
      [cause([{ id: "tcp/syn-unanswered" }]), cause([{ id: "tcp/syn-unanswered" }])],
      "there is a rule own/why already",
    ],
  ])("%#: says what is wrong with an export", (exported, message) => {
    expect(() => adoptRules(exported, "rules.mjs", RULES)).toThrow(InquestError);
    expect(() => adoptRules(exported, "rules.mjs", RULES)).toThrow(message);
  });

  it("may have examples, or none", () => {
    expect(adoptExamples(undefined, "rules.mjs")).toEqual([]);
    expect(adoptExamples([example(1, SICK)], "rules.mjs")).toHaveLength(1);
    expect(() => adoptExamples([{ name: "n" }], "rules.mjs")).toThrow(
      "rules.mjs: its export tests must be a list",
    );
  });

  it("look for what textSearch is told, which says what is wrong", () => {
    expect(() => textSearch({})).toThrow("textSearch needs contains or matches");
    expect(() => textSearch({ matches: "(" })).toThrow("( is no regular expression");
    expect(() => textSearch({ matches: "a", each: "b" })).toThrow("the expression has no group b");
    expect(() => symptomOf(RULES, "tcp/tw-recycle-nat")).toThrow("there is no symptom tcp/tw-recycle-nat");
  });
});
