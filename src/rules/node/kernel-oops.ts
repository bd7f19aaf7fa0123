import { count } from "../words.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

/** The kernel ran into a bug of its own, and went on. */
export const kernelOops = kernelSymptom({
  id: "node/kernel-oops",
  title: "the kernel hit a bug of its own (oops)",
  description:
    "The kernel's log has an oops: `BUG: kernel NULL pointer dereference`, `unable to handle page fault`, `general protection fault` of the kernel itself, or `kernel BUG at`. It killed the task that was running, " +
    "and whatever that held of the kernel's locks stays held: tasks that hang later may hang for it. A program's own segfault is none.",
  kinds: ["oops"],
  // LKDTM crashes the kernel for those who test what becomes of it.
  subjectOf: ({ details }) => (/^drivers\/misc\/lkdtm\b/.test(details["what"] ?? "") ? "nothing" : "node"),
  summary({ events, count: times }) {
    const what = [...new Set(events.map(({ event }) => event.details["what"] ?? "an oops"))].slice(0, 3);
    return `The kernel hit a bug of its own ${count(times, "time")} since it was booted: ${what.join(", ")}.`;
  },
  missing: [
    {
      text: "the whole report: the function, the modules and the call trace",
      command: "dmesg -T   # or journalctl -k",
    },
  ],
  remedy: [
    "Read the function and the modules in the report, and look for them with the kernel's version; a module from outside the kernel (Tainted: O or P) is the first to suspect.",
    "Drain and reboot the node: the locks and memory of the task that was killed are lost until then. Set kernel.panic_on_oops=1 where a node should rather reboot by itself.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/bug-hunting.html",
    "https://github.com/kubernetes/node-problem-detector/blob/master/config/kernel-monitor.json",
  ],
});
