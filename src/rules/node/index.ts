import type { Rule } from "../engine/index.ts";
import { memoryExhausted } from "./memory-exhausted.ts";
import { staleResolvConf } from "./stale-resolv-conf.ts";

/** Rules about the state of a node. */
export const NODE_RULES: readonly Rule[] = [memoryExhausted, staleResolvConf];
