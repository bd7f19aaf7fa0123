// Reads a bundle and judges it, in one process, and says how much CPU each took.
// Usage: node bench/time-rules.mjs FOLDER [ROUNDS], bundled as `npm run bench` does it
import { openBundle } from "../src/bundle/index.ts";
import { buildCase } from "../src/evidence/index.ts";
import { buildReport, renderJson, renderText } from "../src/report/index.ts";
import { RULES, diagnose, searchesOf } from "../src/rules/index.ts";

const [folder, rounds = "1"] = process.argv.slice(2);
const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const searches = searchesOf(RULES);
for (let round = 0; round < Number(rounds); round++) {
  const start = seconds();
  const bundle = await openBundle(folder, { searches });
  const read = seconds();
  const evidence = buildCase(bundle);
  const findings = diagnose(evidence, RULES);
  const judged = seconds();
  const report = buildReport(evidence, findings, RULES);
  renderText(report);
  renderJson(report);
  const told = seconds();
  const share = (100 * (judged - read)) / (read - start);
  console.log(
    `${bundle.artifacts.length} artifacts: read in ${(read - start).toFixed(2)} s, judged in ${(judged - read).toFixed(3)} s, ${share.toFixed(1)} %; told in ${(told - judged).toFixed(3)} s`,
  );
}
