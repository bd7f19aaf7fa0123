import { DEVICE_SITES } from "./device.ts";
import { FILESYSTEM_SITES } from "./filesystem.ts";
import { IDLE_SITES } from "./idle.ts";
import { KERNEL_SITES } from "./kernel.ts";
import { PROCESS_SITES } from "./process.ts";
import { REMOTE_SITES } from "./remote.ts";
import type { WaitSiteRow } from "./row.ts";

export type { LockClass, Subsystem, WaitEffect, WaitSiteRow } from "./row.ts";

/** What is known of the places in which tasks wait, over kernels. Where two rows have a function, the first decides. */
export const WAIT_SITES: readonly WaitSiteRow[] = [
  ...PROCESS_SITES,
  ...REMOTE_SITES,
  ...FILESYSTEM_SITES,
  ...DEVICE_SITES,
  ...KERNEL_SITES,
  ...IDLE_SITES,
];
