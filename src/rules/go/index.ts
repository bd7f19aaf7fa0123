import { cpuHotspot } from "./cpu-hotspot.ts";
import { goroutineLeak } from "./goroutine-leak.ts";
import { goroutinePerConnection } from "./goroutine-per-connection.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { heapDominator } from "./heap-dominator.ts";
import { heapGrowth } from "./heap-growth.ts";
import { heapIncrease } from "./heap-increase.ts";
import { idleThreads } from "./idle-threads.ts";
import { threadLeak } from "./thread-leak.ts";
import { threadPileup } from "./thread-pileup.ts";
import { lockWait } from "./lock-wait.ts";
import { mutexContention } from "./mutex-contention.ts";
import { mutexDeadlock } from "./mutex-deadlock.ts";
import type { Rule } from "../engine/index.ts";
import { threadLimit } from "./thread-limit.ts";

/** Rules about Go processes. */
export const GO_RULES: readonly Rule[] = [
  goroutinePileup,
  goroutineLeak,
  goroutinePerConnection,
  threadPileup,
  threadLeak,
  idleThreads,
  heapDominator,
  heapIncrease,
  heapGrowth,
  lockWait,
  mutexContention,
  mutexDeadlock,
  cpuHotspot,
  threadLimit,
];
