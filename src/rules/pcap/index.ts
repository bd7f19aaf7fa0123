import type { Rule } from "../engine/index.ts";
import { oneWayCapture } from "./one-way-capture.ts";

/** Rules about what captures can testify. */
export const PCAP_RULES: readonly Rule[] = [oneWayCapture];
