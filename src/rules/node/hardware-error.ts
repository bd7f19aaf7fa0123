import { count } from "../words.ts";
import type { LogEvent } from "../../procstack/index.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

/** What no hardware corrected, nor put off with the words `no action required`: by the words of mce/core.c, mce/amd.c, apei/ghes.c and EDAC's `UE`. */
const UNCORRECTED =
  /^UE |^Uncorrected\b|^System Fatal error|^event severity: (?:recoverable|fatal|panic)|Processor [Cc]ontext [Cc]orrupt|^PROCESSOR .*\bUC\b/;

const isUncorrected = ({ details }: LogEvent): boolean => UNCORRECTED.test(details["what"] ?? "");

/** The firmware's record of what was before the machine was booted (BERT): what is of now has the number of its report. */
const isOfBefore = ({ details }: LogEvent): boolean =>
  details["report"] === undefined && details["what"]?.startsWith("event severity") === true;

/** Memory, a processor or a bus gave an error that could not be corrected. */
export const hardwareError = kernelSymptom({
  id: "node/hardware-error",
  title: "the hardware reports errors that it could not correct",
  description:
    "Machine checks, EDAC or the firmware (APEI) report an error of memory, of a processor or a bus that was not corrected. Errors that were corrected (CE, `event severity: corrected`, `no action required`) don't " +
    "count: all memory has some, and how many are too many its vendor says.",
  kinds: ["hardware-error"],
  subjectOf: (event) => (isUncorrected(event) ? "node" : "nothing"),
  summary({ events }) {
    const [first] = events;
    const before = events.every(({ event }) => isOfBefore(event))
      ? " It is the firmware's record of what was before the machine was booted (BERT); some firmware gives the same one at each boot."
      : "";
    return `The hardware reported ${count(events.length, "error")} that it could not correct: ${first?.event.details["what"] ?? ""}.${before}`;
  },
  missing: [{ text: "which part it is", command: "ras-mc-ctl --errors; ipmitool sel list" }],
  remedy: [
    "Drain the node and have the part replaced: the record of the board (ipmitool sel list) or edac-util names the memory module.",
    "On a virtual machine stop and start it, so that it comes to another host.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/ras.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/drivers/acpi/apei/ghes.c",
  ],
});
