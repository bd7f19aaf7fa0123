import type { Signature } from "../signature.ts";

/** What kubelet, kube-proxy and the plugins say of the pods' network. */
export const networkSignatures = [
  {
    // Newer iptables tells while it still waits that it does: only who gives up counts.
    id: "xtables-lock",
    means: "iptables was not run, since another program held its lock",
    literals: ["Another app is currently holding the xtables lock"],
    pattern: /holding the xtables lock(?!; (?:still|waiting))/,
    keys: [],
  },
  {
    id: "xtables-lock",
    means: "iptables was not run, since another program held its lock",
    literals: ["iptables lock: timed out waiting for the condition"],
    keys: [],
  },
  {
    id: "ip-range-exhausted",
    means: "the plugin host-local has given every address of its range away",
    literals: ["no IP addresses available in range set"],
    pattern: /no IP addresses available in range set: (?<range>[0-9a-fA-F.:,-]{3,300})/,
  },
  {
    id: "ip-range-exhausted",
    means: "the plugin host-local has given every address of its range away",
    literals: ["no IP addresses available in network"],
    pattern: /no IP addresses available in network: (?<range>[\w.-]{1,100})/,
  },
  {
    id: "network-not-ready",
    means: "the container runtime has no network for pods",
    of: ["kubelet", "all-in-one"],
    literals: ["cni plugin not initialized", "cni config uninitialized"],
    pattern: /NetworkPluginNotReady|NetworkReady=false|network plugin is not ready|[Nn]etwork is not ready/,
    keys: [],
  },
] as const satisfies readonly Signature[];
