import type { Rule } from "../engine/index.ts";
import { connectionRefused } from "./connection-refused.ts";
import { icmpUnreachable } from "./icmp-unreachable.ts";
import { synUnanswered } from "./syn-unanswered.ts";
import { twRecycleNat } from "./tw-recycle-nat.ts";

/** Rules about TCP. */
export const TCP_RULES: readonly Rule[] = [synUnanswered, connectionRefused, icmpUnreachable, twRecycleNat];
