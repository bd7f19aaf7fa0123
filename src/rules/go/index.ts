import { cpuHotspot } from "./cpu-hotspot.ts";
import { goroutineLeak } from "./goroutine-leak.ts";
import { goroutinePerConnection } from "./goroutine-per-connection.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { lockWait } from "./lock-wait.ts";
import { mutexContention } from "./mutex-contention.ts";
import { mutexDeadlock } from "./mutex-deadlock.ts";
import type { Rule } from "../engine/index.ts";

/** Rules about Go processes. */
export const GO_RULES: readonly Rule[] = [
  cpuHotspot,
  goroutinePileup,
  goroutineLeak,
  goroutinePerConnection,
  lockWait,
  mutexContention,
  mutexDeadlock,
];
