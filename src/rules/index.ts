import { CNI_RULES } from "./cni/index.ts";
import { DNS_RULES } from "./dns/index.ts";
import type { Rule } from "./engine/index.ts";
import { GO_RULES } from "./go/index.ts";
import { IPVS_RULES } from "./ipvs/index.ts";
import { KUBE_RULES } from "./kube/index.ts";
import { NODE_RULES } from "./node/index.ts";
import { PCAP_RULES } from "./pcap/index.ts";
import { PROC_RULES } from "./proc/index.ts";
import { RUNTIME_RULES } from "./runtime/index.ts";
import { TCP_RULES } from "./tcp/index.ts";

export * from "./engine/index.ts";
export * from "./fixes/index.ts";
export * from "./user/index.ts";

/** Every rule of inquest. */
export const RULES: readonly Rule[] = [
  ...CNI_RULES,
  ...DNS_RULES,
  ...GO_RULES,
  ...IPVS_RULES,
  ...KUBE_RULES,
  ...NODE_RULES,
  ...PCAP_RULES,
  ...PROC_RULES,
  ...RUNTIME_RULES,
  ...TCP_RULES,
];
