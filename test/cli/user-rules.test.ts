import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let home = "";
const ROOT = resolve(import.meta.dirname, "../..");

const RULES = `rules:
  - symptom: own/sick
    title: it is sick
    description: The log says so.
    when: { text: { contains: SICK } }
  - cause: own/why
    title: it swaps early
    description: The node swaps early.
    explains: [own/sick]
    tests:
      - statement: swappiness is high
        sysctl: { key: vm.swappiness, is: { above: 50 } }
        holds: strong
        fails: decisive
        ask: { text: the setting, command: sysctl vm.swappiness }
`;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "inquest-rules-"));
  mkdirSync(join(home, "bundle/node-a"), { recursive: true });
  writeFileSync(join(home, "bundle/node-a/app.log"), "well\nSICK\n");
  writeFileSync(join(home, "bundle/node-a/sysctl.txt"), "vm.swappiness = 60\nvm.dirty_ratio = 20\n");
  writeFileSync(join(home, "own.yaml"), RULES);
  writeFileSync(join(home, "wrong.yaml"), RULES.replace("SICK }", "SICK, atleast: 2 }"));
  writeFileSync(
    join(home, "more.yaml"),
    "rules:\n  - cause: own/more\n    title: t\n    description: d\n    explains: [own/sick]\n    tests: [{ statement: s, kernel: { from: '5.4' }, holds: weak }]\n",
  );
  const docs = readFileSync(join(ROOT, "docs/user-rules.md"), "utf8");
  writeFileSync(join(home, "module.mjs"), /```js\n([\s\S]*?)```/.exec(docs)?.[1] ?? "");
  writeFileSync(join(home, "typed.ts"), "const rules: unknown = [];\nexport default rules;\n");
  writeFileSync(join(home, "throws.mjs"), 'throw new Error("no luck");\n');
  writeFileSync(join(home, "lost.mjs"), 'import "./nowhere.mjs";\n');
  writeFileSync(join(home, "rules.txt"), RULES);
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function inquest(args: readonly string[], cwd = home) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "bin/inquest.js"), ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("rules of one's own", () => {
  it("are judged beside inquest's, and an unknown text is read for them", () => {
    const { status, stdout } = inquest(["bundle", "--rules", "own.yaml", "--format", "json"]);
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { artifacts: unknown[]; findings: Record<string, unknown>[] };
    expect(report.artifacts).toContainEqual(
      expect.objectContaining({ path: "bundle/node-a/app.log", kind: "text", status: "read" }),
    );
    expect(report.findings.map(({ rule, verdict, host }) => [rule, verdict, host])).toEqual([
      ["own/sick", "confirmed", "node-a"],
      ["own/why", "likely", "node-a"],
    ]);
    expect(report.findings[0]?.["evidence"]).toEqual([
      { effect: "supports", text: "SICK", artifact: "bundle/node-a/app.log", where: { line: 2 } },
    ]);
    expect(inquest(["bundle"]).stdout).not.toContain("own/");
  });

  it("can be asked for, left out, and be what --fail-on goes by", () => {
    const only = inquest(["bundle", "--rules", "own.yaml", "--only", "own/why", "--fail-on", "likely"]);
    expect(only.status).toBe(1);
    expect(only.stdout).toContain("own/why");
    expect(only.stdout).not.toMatch(/^\w+ {2}own\/sick/m);
    expect(inquest(["bundle", "--rules", "own.yaml", "--skip", "own/why"]).stdout).not.toMatch(/^LIKELY/m);
    expect(inquest(["bundle", "--only", "own/why"]).stderr).toContain("there is no rule own/why");
  });

  it("are listed and explained", () => {
    expect(inquest(["rules", "--rules", "own.yaml"]).stdout).toMatch(/^own\/why +cause +it swaps early$/m);
    const { stdout } = inquest(["rules", "own/why", "--rules", "own.yaml"]);
    expect(stdout).toContain("Explains own/sick.");
    expect(stdout).toContain(
      "- swappiness is high\n    by a setting; yes speaks for it; no rules it out\n    ask: sysctl vm.swappiness",
    );
  });

  it("may come from several files, of which the later know the symptoms of the earlier", () => {
    expect(inquest(["rules", "--rules", "own.yaml", "more.yaml"]).stdout).toMatch(/^own\/more /m);
    expect(inquest(["rules", "--rules", "more.yaml", "own.yaml"]).stderr).toContain(
      "more.yaml:5:16: there is no symptom own/sick",
    );
    expect(inquest(["rules", "--rules", "own.yaml", "own.yaml"]).stderr).toContain(
      "own.yaml:2:14: there is a rule own/sick already",
    );
  });

  it("may be modules, wherever they lie", () => {
    const { status, stdout, stderr } = inquest(["test-rules", "module.mjs"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("2 tests, all as expected");
    const report = inquest(["samples/tw-recycle-nat/bundle", "--rules", join(home, "module.mjs")], ROOT);
    expect(report).toMatchObject({ status: 0, stderr: "" });
    expect(report.stdout).toContain("Confirmed: tcp/tw-recycle-nat.");
  });

  it.skipIf("typescript" in process.features)("need a newer Node where they are TypeScript", () => {
    const { status, stderr } = inquest(["test-rules", "typed.ts"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^inquest: typed\.ts: Node \S+ loads no TypeScript; Node 22\.18 or later does\. /);
  });

  it.each([
    [
      "wrong.yaml",
      'wrong.yaml:5:37: there is no key "atleast" here; there are: contains, matches, kinds, paths, ignoreCase, atLeast, each\n  5 |     when: { text: { contains: SICK, atleast: 2 } }\n    |                                     ^\n',
    ],
    ["nowhere.yaml", "inquest: nowhere.yaml: no such file\n"],
    ["nowhere.mjs", "inquest: nowhere.mjs: no such file\n"],
    ["bundle", "inquest: bundle: rules are .yaml or .yml, or modules: .js, .mjs, .ts or .mts\n"],
    ["rules.txt", "inquest: rules.txt: rules are .yaml or .yml, or modules"],
    ["throws.mjs", "inquest: throws.mjs: it can't be loaded: Error: no luck\n"],
    ["lost.mjs", "inquest: lost.mjs: it can't be loaded: Error: Cannot find module"],
  ])("that are in %s end the run with 2", (file, message) => {
    const { status, stdout, stderr } = inquest(["bundle", "--rules", file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("inquest test-rules", () => {
  it("prints what it prints in the docs", () => {
    const { status, stdout } = inquest(["test-rules", "samples/user-rules/till.yaml"], ROOT);
    expect(status).toBe(0);
    const docs = readFileSync(join(ROOT, "docs/user-rules.md"), "utf8");
    const shown = /inquest test-rules samples[^\n]*\n```\n\n```text\n([\s\S]*?)\n```/.exec(docs)?.[1] ?? "";
    for (const line of shown.split("\n")) expect(stdout.split("\n")).toContain(line);
    expect(shown.split("\n").length).toBeGreaterThan(2);
  });

  it("runs the samples", () => {
    const { status, stdout } = inquest(
      ["test-rules", "samples/user-rules/till.mjs", "samples/user-rules/till.yaml"],
      ROOT,
    );
    expect(stdout).toMatch(/^8 tests, all as expected$/m);
    expect(status).toBe(0);
  });

  it("exits with 1 where a rule says something else, and shows why", () => {
    const examples = `tests:
  - name: a sick node
    bundle: bundle
    expect: { own/sick: confirmed, own/why: confirmed }
`;
    writeFileSync(join(home, "fails.yaml"), `${RULES}${examples}`);
    const { status, stdout, stderr } = inquest(["test-rules", "fails.yaml"]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toBe(`fails.yaml
  FAILED  a sick node
          own/why: expected confirmed and is likely
            likely on node-a: it swaps early.
              for: vm.swappiness = 60 (bundle/node-a/sysctl.txt:1)
            own/sick: own/why likely
1 test, 1 failed
`);
  });

  it("exits with 2 where there is nothing to run", () => {
    expect(inquest(["test-rules", "own.yaml"])).toMatchObject({
      status: 2,
      stderr: "inquest: own.yaml: no tests: a list tests in YAML, an export tests in a module\n",
    });
    expect(inquest(["test-rules"])).toMatchObject({ status: 2 });
    expect(inquest(["test-rules", "--help"]).stdout).toContain("1 a rule says something else");
  });
});
