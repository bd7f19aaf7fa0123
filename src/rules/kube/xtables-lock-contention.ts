import { IPTABLES_RESTART, PROXY_FULL_RESTORE, remedyOf } from "../fixes/index.ts";
import { defineLogSymptom } from "../log-symptom.ts";

/** Programs that change the rules of iptables take turns by a lock. */
export const xtablesLockContention = defineLogSymptom({
  id: "kube/xtables-lock-contention",
  title: "iptables is not run, since another program holds its lock",
  description:
    "Programs that change the rules of iptables take turns by a lock. At least five times in a minute or more, one of them gave up waiting for it: services and policies are out of date meanwhile.",
  fixes: [IPTABLES_RESTART, PROXY_FULL_RESTORE],
  remedy: [
    "See who holds it: the owner of the lock on /run/xtables.lock in /proc/locks, or lsof /run/xtables.lock.",
    PROXY_FULL_RESTORE.upgrade,
    ...remedyOf(IPTABLES_RESTART),
  ],
  references: [
    ...IPTABLES_RESTART.references,
    ...PROXY_FULL_RESTORE.references,
    "https://github.com/kubernetes/kubernetes/pull/85771",
  ],
  missing: [
    {
      text: "who holds the lock",
      command: "cat /proc/locks; ls -i /run/xtables.lock; ps -eo pid,stat,wchan:32,args | grep [i]ptables",
    },
  ],
  signatures: ["xtables-lock"],
  least: { lines: 5, seconds: 60 },
  says: () => "Rules of iptables could not be changed, since another program held the lock.",
});
