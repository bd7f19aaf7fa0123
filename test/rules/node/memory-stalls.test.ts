import { replaced, without } from "../proc/hang-case.ts";
import { describeStand } from "../runtime/stand-case.ts";

describeStand("node/memory-stalls", {
  folder: "test/fixtures/stands/memory-stalls",
  verdict: "likely",
  says: "held up for want of memory for 44 % of the time. 199 MB of 15.5 GB are available (1%)",
  shows: /pressure/,
  near: [
    { files: (all) => without(all, /meminfo/), verdicts: ["likely"] },
    // Much is available: a control group's limit, or over by now.
    { files: (all) => replaced(all, "203944 kB", "9203944 kB"), verdicts: ["likely"] },
    // A page cache that fills the memory is no want of it.
    { files: (all) => replaced(all, /avg(10|60|300)=[\d.]+/g, "avg$1=0.02"), verdicts: ["ruled-out"] },
    { files: (all) => replaced(all, "avg300=44.18", "avg300=6.18"), verdicts: ["possible"] },
  ],
});
