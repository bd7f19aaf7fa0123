import { replaced } from "../proc/hang-case.ts";
import { describeStand } from "../runtime/stand-case.ts";

describeStand("node/cpus-stuck", {
  folder: "test/fixtures/stands/cpus-stuck",
  verdict: "likely",
  says: "The kernel's log ends with 8 reports of CPU 5 that ran without switching tasks",
  shows: /kern\.log/,
  near: [
    // Once, as when a hypervisor didn't run the CPU for a moment.
    {
      files: (all) => ({
        ...all,
        "b/kern.log": (all["b/kern.log"] ?? "").split("\n").slice(0, 3).join("\n"),
      }),
      verdicts: ["possible"],
    },
    // The log ends with them, of last week.
    {
      files: (all) => ({
        ...all,
        "b/kern.log": replaced({ "": all["b/kern.log"] ?? "" }, "Apr 12", "Apr  5")[""] ?? "",
      }),
      verdicts: ["possible"],
    },
    // The log goes on without.
    {
      files: (all) => ({
        ...all,
        "b/kern.log": `${all["b/kern.log"]}Apr 12 10:40:00 node-a kernel: [814999.000000] eth0: link up\n`,
      }),
      verdicts: ["ruled-out"],
    },
    // Without clocks.
    {
      files: (all) => ({
        ...all,
        "b/kern.log": replaced({ "": all["b/kern.log"] ?? "" }, /^Apr.*kernel: /gm, "")[""] ?? "",
      }),
      verdicts: ["possible"],
    },
  ],
});
