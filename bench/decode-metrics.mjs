// Reads metrics and says how fast: FILE.
import { createReadStream, statSync } from "node:fs";
import { readPrometheusText } from "../dist/metrics/index.js";

const [file] = process.argv.slice(2);
const { size } = statSync(file);
const before = process.cpuUsage();
const model = await readPrometheusText({
  size,
  stream: () => createReadStream(file, { highWaterMark: 1 << 20 }),
});
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
console.log(
  `${model.samples} samples of ${model.size} series: decoded in ${seconds.toFixed(2)} s, ${Math.round(size / 1e6 / seconds)} MB/s`,
);
