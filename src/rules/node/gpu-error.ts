import type { LogEvent } from "../../procstack/index.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

/**
 * Codes of the GPU, its memory, its links or its firmware, by NVIDIA's catalogue. Most others are of the program that ran: 13, 31 and 43 are its own faults, 45 its end, 63
 * and 92 a record of what was repaired, 94 an error that ended with the program.
 */
const OF_GPU: Readonly<Record<string, string>> = {
  "48": "memory error of two bits (ECC)",
  "62": "its power controller halted",
  "64": "a page or row of bad memory could not be retired",
  "74": "error of NVLink",
  "79": "it has fallen off the bus",
  "95": "memory error that was not contained (ECC)",
  "119": "its system processor (GSP) does not answer",
  "120": "error of its system processor (GSP)",
};

const codeOf = ({ details }: LogEvent): string => details["code"] ?? "";

/** A GPU failed, and not the program on it. */
export const gpuError = kernelSymptom({
  id: "node/gpu-error",
  title: "a GPU fails",
  description:
    "NVIDIA's driver logged an Xid that is of the GPU itself, its memory, its links or its firmware: 48, 62, 64, 74, 79, 95, 119, 120. Xids that a program brings about, or that record a repair, are none.",
  kinds: ["xid"],
  subjectOf: (event) =>
    codeOf(event) in OF_GPU ? { kind: "gpu", name: event.details["device"] ?? "a GPU" } : "nothing",
  summary({ events }) {
    const codes = [...new Set(events.map(({ event }) => codeOf(event)))];
    return `The driver logged of it: ${codes.map((code) => `Xid ${code}, ${OF_GPU[code]}`).join("; ")}.`;
  },
  missing: [{ text: "the driver's own record", command: "nvidia-smi -q; nvidia-bug-report.sh" }],
  remedy: [
    "Drain the node, and reset the GPU (nvidia-smi -r) or reboot; one that has fallen off the bus needs a cold start.",
    "Where it comes again, test it (dcgmi diag -r 3) and have it replaced.",
  ],
  references: ["https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html"],
});
