import type { Rule } from "../engine/index.ts";
import { conntrackDrops } from "./conntrack-drops.ts";
import { conntrackFull } from "./conntrack-full.ts";
import { cfsSliceExpiry } from "./cfs-slice-expiry.ts";
import { cpuOverthrottled } from "./cpu-overthrottled.ts";
import { diskFull } from "./disk-full.ts";
import { dyingMemcgs } from "./dying-memcgs.ts";
import { enaAllowanceExceeded } from "./ena-allowance-exceeded.ts";
import { imageGcFailed } from "./image-gc-failed.ts";
import { inotifyExhausted } from "./inotify-exhausted.ts";
import { ioErrors } from "./io-errors.ts";
import { kmemLeak } from "./kmem-leak.ts";
import { maxMapCount } from "./max-map-count.ts";
import { memcgIdExhaustion } from "./memcg-id-exhaustion.ts";
import { memoryExhausted } from "./memory-exhausted.ts";
import { memoryFragmentation } from "./memory-fragmentation.ts";
import { neighbourTableOverflow } from "./neighbour-table-overflow.ts";
import { noSpace } from "./no-space.ts";
import { pageAllocationFailure } from "./page-allocation-failure.ts";
import { pidExhaustion } from "./pid-exhaustion.ts";
import { rcuStall } from "./rcu-stall.ts";
import { slabAllocationFailure } from "./slab-allocation-failure.ts";
import { softLockup } from "./soft-lockup.ts";
import { staleResolvConf } from "./stale-resolv-conf.ts";

/** Rules about the state of a node. */
export const NODE_RULES: readonly Rule[] = [
  conntrackDrops,
  conntrackFull,
  cpuOverthrottled,
  cfsSliceExpiry,
  diskFull,
  dyingMemcgs,
  enaAllowanceExceeded,
  imageGcFailed,
  inotifyExhausted,
  ioErrors,
  kmemLeak,
  maxMapCount,
  memcgIdExhaustion,
  memoryExhausted,
  memoryFragmentation,
  neighbourTableOverflow,
  noSpace,
  pageAllocationFailure,
  pidExhaustion,
  rcuStall,
  slabAllocationFailure,
  softLockup,
  staleResolvConf,
];
