import { defineLockConvoy } from "./lock-convoy.ts";

/** All changes of network devices, addresses and routes are made under one lock. */
export const rtnlConvoy = defineLockConvoy({
  id: "proc/rtnl-convoy",
  title: "network changes queue for the RTNL lock",
  description:
    "Tasks that change or list network devices, addresses or routes (CNI plugins, ip, kubelet, the runtime) wait for the one lock of all of these, behind a task that holds it for long: a device that " +
    "can't be closed, a driver that resets its card, a wait for RCU.",
  site: "rtnl",
  statement: "a task waits for the lock of network configuration (RTNL)",
  remedy: [
    "Look at the task that holds it: a driver's reset, a device that is being unregistered, an RCU grace period that does not end.",
    "A holder that doesn't let go is freed by a reboot only; look for the driver or the kernel's version.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/net/core/rtnetlink.c",
    "https://docs.kernel.org/networking/netdevices.html",
  ],
});
