// Writes scrapes of an API server, one after the other: FILE MEGABYTES.
import { closeSync, openSync, writeSync } from "node:fs";

const [file, megabytes] = process.argv.slice(2);
const out = openSync(file, "w");
const verbs = ["GET", "LIST", "PUT", "POST", "PATCH", "DELETE", "WATCH"];
const buckets = ["0.005", "0.025", "0.1", "0.5", "1", "5", "10", "30", "60", "+Inf"];
let written = 0;
for (let scrape = 0; written < Number(megabytes) * 1e6; scrape++) {
  const lines = [
    "# HELP apiserver_request_duration_seconds Response latency.",
    "# TYPE apiserver_request_duration_seconds histogram",
  ];
  for (let resource = 0; resource < 100; resource++)
    for (const verb of verbs)
      for (const [i, le] of buckets.entries())
        lines.push(
          `apiserver_request_duration_seconds_bucket{component="apiserver",group="apps",resource="resource${resource}",scope="namespace",verb="${verb}",version="v1",le="${le}"} ${(scrape + 1) * (i * 37 + resource)}`,
        );
  for (let queue = 0; queue < 500; queue++)
    lines.push(`workqueue_queue_duration_seconds_sum{name="queue${queue}"} ${(scrape + queue) / 7}`);
  written += writeSync(out, `${lines.join("\n")}\n`);
}
closeSync(out);
