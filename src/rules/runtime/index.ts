import type { Rule } from "../engine/index.ts";
import { deadlineExceeded } from "./deadline-exceeded.ts";
import { killTimeout } from "./kill-timeout.ts";
import { lockHeld } from "./lock-held.ts";
import { nameReserved } from "./name-reserved.ts";
import { plegUnhealthy } from "./pleg-unhealthy.ts";

/** Rules about container runtimes. */
export const RUNTIME_RULES: readonly Rule[] = [
  deadlineExceeded,
  killTimeout,
  lockHeld,
  nameReserved,
  plegUnhealthy,
];
