/** What a program's metrics testify about: the cluster, or the node that it runs on. */
export type Testifies = "cluster" | "node";

/** Metrics that programs of a node have, and nobody else. */
const OF_NODE =
  /^(?:#\s*(?:TYPE|HELP)\s+)?"?(?:kubelet_|kubeproxy_|container_|machine_|cadvisor_|awscni_|containerd_|felix_|node_(?:exporter|cpu|memory|filesystem|disk|load\d|uname|time|boot_time|netstat|nf_conntrack|vmstat|sockstat|network|context_switches|entropy|procs)_?)/m;
/** Of what is made like a component of the control plane and runs on every node. */
const NODE_CACHE = /^(?:#\s*(?:TYPE|HELP)\s+)?"?coredns_nodecache_/m;
/** Metrics that components of the control plane have, and nobody else. */
const OF_CLUSTER =
  /^(?:#\s*(?:TYPE|HELP)\s+)?"?(?:apiserver_(?:current_inflight|flowcontrol_|registered_watchers|storage_(?:objects|list_|size|db_)|request_total|request_duration|requested_deprecated|longrunning|init_events)|aggregator_(?:openapi|unavailable)_|kube_apiserver_|etcd_(?:server_|disk_|mvcc_|debugging_|network_|cluster_|object_counts|request_duration)|grpc_server_handled_total\{[^}\n]{0,300}etcdserverpb|scheduler_|kube_(?:pod|node|deployment|service|namespace|replicaset|endpoint|customresource)_|coredns_|node_collector_|endpoint_slice_controller_|attachdetach_controller_|cronjob_controller_|replicaset_controller_|garbagecollector_controller_|node_ipam_controller_|namespace_controller_|service_controller_|root_ca_cert_publisher_|ttl_after_finished_controller_|leader_election_master_status)/m;
/** Series of a control plane's component, whichever program tells them: queries and spreadsheets have nothing else. */
const SERIES_OF_CLUSTER =
  /\{[^}\n]{0,300}(?:job|component|app|container|pod)"?[=:] ?"{0,2}[^"\n]{0,100}(?:apiserver|controller-manager|scheduler|etcd|coredns|kube-state-metrics)|workqueue_\w{1,60}"?[^\n]{0,300}[{,"] ?name"?[=:] ?"{0,2}(?:endpoint|replicaset|deployment|namespace|service|garbage_collector|node_lifecycle|endpoint_slice|job|statefulset|daemonset)/;
/** A row of a table for each sample: the metric in one column, the queue in one behind it or before. */
const ROW_OF_CLUSTER =
  /\bworkqueue_[a-z_]{1,60}"?[,;\t](?:[^\n]{0,200}[,;\t])?"?(?:endpoint|replicaset|deployment|namespace|service|endpoint_slice|statefulset|daemonset)"?(?:[,;\t]|\r?$)|[,;\t]"?(?:endpoint|replicaset|deployment|namespace|service|endpoint_slice|statefulset|daemonset)"?[,;\t](?:[^\n]{0,200}[,;\t])?"?workqueue_/m;
/** What content doesn't tell its name may. */
const CLUSTER_PATH =
  /(?:apiserver|controller[-_]?manager|scheduler|etcd|coredns|kube-dns|kube-state|workqueue_)/i;

/**
 * Whose metrics they are, by names that only one kind of program has. What is known of nobody is of the node whose folder it lies in.
 *
 * @param head the beginning of the text
 */
export function testifiesAbout(head: string, path: string): Testifies {
  const api = head.replaceAll('"__name__":"', "\n");
  if (NODE_CACHE.test(api)) return "node";
  if (OF_CLUSTER.test(api)) return "cluster";
  if (OF_NODE.test(api)) return "node";
  return SERIES_OF_CLUSTER.test(head) || ROW_OF_CLUSTER.test(head) || CLUSTER_PATH.test(path)
    ? "cluster"
    : "node";
}
