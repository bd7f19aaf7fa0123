import type { Format } from "../bytes/index.ts";
import type { Capture } from "./capture.ts";
import { readCapture } from "./read-capture.ts";
import { isCapture } from "./record-reader.ts";

/** Packet captures: pcap in its variants, and pcapng. */
export const captureFormat: Format<"pcap", Capture> = {
  kind: "pcap",
  recognise: (head) => isCapture(head),
  decode: (source) => readCapture(source),
};
