import { cantTell, fails, holds } from "../engine/index.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** A process that dumps its core is gone when the core is taken. */
export const coreDumpHandler = defineStuckCause({
  id: "proc/core-dump-handler",
  title: "a process can't end: its core is not taken",
  description:
    "A process died of a fault and writes its core, which the file or the helper program of core_pattern does not take. All its threads wait " +
    "until that is done, and SIGKILL has no effect on them.",
  sites: ["coredump-dumper", "coredump"],
  statement: "a process waits for its core to be written",
  tests: [
    {
      statement: "cores go to a helper program",
      axis: "config",
      holds: "strong",
      fails: "strong",
      ask: { text: "where cores go", command: "sysctl kernel.core_pattern" },
      answer({ host }) {
        const pattern = host.sysctl("kernel.core_pattern");
        if (!pattern.known) return cantTell(pattern.why);
        return pattern.value.trimStart().startsWith("|")
          ? holds([pattern.cite])
          : fails([pattern.cite], { atMost: "weak" });
      },
    },
  ],
  remedy: [
    "Kill the helper that should read the core (the program behind | in kernel.core_pattern); the process ends then.",
    "Bound it: limit cores (ulimit -c), or have the helper skip large processes (systemd-coredump: ProcessSizeMax=).",
  ],
  references: ["https://man7.org/linux/man-pages/man5/core.5.html"],
});
