/** What stands at the root of each stack of kube-proxy's IPVS mode. */
export const PROXY = "k8s.io/kubernetes/pkg/proxy";
export const SYNC = `${PROXY}/ipvs.(*Proxier).syncProxyRules`;
export const LOOP = [
  "k8s.io/kubernetes/pkg/util/async.(*BoundedFrequencyRunner).tryRun",
  `${PROXY}/ipvs.(*Proxier).SyncLoop`,
];
