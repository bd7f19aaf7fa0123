import type { Rule } from "../engine/index.ts";
import { memoryExhausted } from "./memory-exhausted.ts";
import { rcuStall } from "./rcu-stall.ts";
import { softLockup } from "./soft-lockup.ts";
import { staleResolvConf } from "./stale-resolv-conf.ts";

/** Rules about the state of a node. */
export const NODE_RULES: readonly Rule[] = [memoryExhausted, staleResolvConf, softLockup, rcuStall];
