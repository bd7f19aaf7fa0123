import type { Rule } from "../engine/index.ts";
import { conntrackDrops } from "./conntrack-drops.ts";
import { conntrackFull } from "./conntrack-full.ts";
import { cfsSliceExpiry } from "./cfs-slice-expiry.ts";
import { cpuOverthrottled } from "./cpu-overthrottled.ts";
import { cpusStuck } from "./cpus-stuck.ts";
import { diskFull } from "./disk-full.ts";
import { dyingMemcgs } from "./dying-memcgs.ts";
import { enaAllowanceExceeded } from "./ena-allowance-exceeded.ts";
import { evictionPressure } from "./eviction-pressure.ts";
import { gpuError } from "./gpu-error.ts";
import { hardwareError } from "./hardware-error.ts";
import { imageGcFailed } from "./image-gc-failed.ts";
import { inotifyExhausted } from "./inotify-exhausted.ts";
import { ioErrors } from "./io-errors.ts";
import { ioStalls } from "./io-stalls.ts";
import { kernelOops } from "./kernel-oops.ts";
import { kmemLeak } from "./kmem-leak.ts";
import { maxMapCount } from "./max-map-count.ts";
import { memcgIdExhaustion } from "./memcg-id-exhaustion.ts";
import { memoryExhausted } from "./memory-exhausted.ts";
import { memoryFragmentation } from "./memory-fragmentation.ts";
import { memoryStalls } from "./memory-stalls.ts";
import { neighbourTableOverflow } from "./neighbour-table-overflow.ts";
import { netdeviceInUse } from "./netdevice-in-use.ts";
import { noSpace } from "./no-space.ts";
import { overlayDType } from "./overlay-d-type.ts";
import { pageAllocationFailure } from "./page-allocation-failure.ts";
import { pidExhaustion } from "./pid-exhaustion.ts";
import { rcuStall } from "./rcu-stall.ts";
import { slabAllocationFailure } from "./slab-allocation-failure.ts";
import { softLockup } from "./soft-lockup.ts";
import { staleResolvConf } from "./stale-resolv-conf.ts";
import { xfsAllocationDeadlock } from "./xfs-allocation-deadlock.ts";

/** Rules about the state of a node. */
export const NODE_RULES: readonly Rule[] = [
  conntrackDrops,
  conntrackFull,
  cpuOverthrottled,
  cfsSliceExpiry,
  cpusStuck,
  diskFull,
  dyingMemcgs,
  enaAllowanceExceeded,
  evictionPressure,
  gpuError,
  hardwareError,
  imageGcFailed,
  inotifyExhausted,
  ioErrors,
  ioStalls,
  kernelOops,
  kmemLeak,
  maxMapCount,
  memcgIdExhaustion,
  memoryExhausted,
  memoryFragmentation,
  memoryStalls,
  neighbourTableOverflow,
  netdeviceInUse,
  noSpace,
  overlayDType,
  pageAllocationFailure,
  pidExhaustion,
  rcuStall,
  slabAllocationFailure,
  softLockup,
  staleResolvConf,
  xfsAllocationDeadlock,
];
