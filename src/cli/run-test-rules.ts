import { InquestError } from "../bytes/index.ts";
import { printable } from "../report/escape.ts";
import { RULES, explainExample, testRules } from "../rules/index.ts";
import { loadRules } from "./load-rules.ts";
import { EXIT } from "./outcome.ts";
import type { TestRulesArgs } from "./test-rules-command.ts";

/** Runs the rules of files against their examples, and writes what became of each; the exit status is returned. */
export async function runTestRules({ files }: TestRulesArgs): Promise<number> {
  const loaded = await loadRules(files);
  const known = [...RULES, ...loaded.flatMap(({ rules }) => rules)];
  let [run, failed] = [0, 0];
  for (const { path, folder, rules, examples } of loaded) {
    if (examples.length === 0)
      throw new InquestError(
        "misuse",
        `${path}: no tests: a list tests in YAML, an export tests in a module`,
        { path },
      );
    const lines = [path];
    for (const result of await testRules(rules, examples, { folder, known })) {
      run++;
      const isRight = result.differences.length === 0;
      if (!isRight) failed++;
      const [, ...why] = isRight ? [] : explainExample(result);
      lines.push(
        `  ${isRight ? "ok    " : "FAILED"}  ${result.name}`,
        ...why.map((line) => `        ${line}`),
      );
    }
    process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
  }
  const tests = `${run} ${run === 1 ? "test" : "tests"}`;
  process.stdout.write(failed === 0 ? `${tests}, all as expected\n` : `${tests}, ${failed} failed\n`);
  return failed === 0 ? EXIT.analysed : EXIT.findingsAtLimit;
}
