import type { Format, Model } from "../bytes/index.ts";
import type { KubeObjects } from "../kube/index.ts";
import { kubeObjectsFormat } from "../kube/index.ts";
import type {
  ConntrackStatistics,
  CorednsLog,
  Hostname,
  HostsFile,
  Iptables,
  LocalAddresses,
  NetstatStatistics,
  NetworkCounters,
  Nsswitch,
  ResolvConf,
  Sockets,
  Sysctl,
  Uname,
} from "../node/index.ts";
import {
  conntrackFormat,
  corednsLogFormat,
  hostnameFormat,
  hostsFileFormat,
  ipAddressFormat,
  iptablesFormat,
  localRouteFormat,
  netstatFormat,
  nsswitchFormat,
  nstatFormat,
  procNetFormat,
  resolvConfFormat,
  socketFormat,
  sysctlFormat,
  unameFormat,
} from "../node/index.ts";
import type { Capture } from "../pcap/index.ts";
import { captureFormat } from "../pcap/index.ts";
import type { GoroutineSet, Profile } from "../pprof/index.ts";
import { goroutineFormat, profileFormat } from "../pprof/index.ts";
import type { KernelLog, TaskPart, TaskParts } from "../procstack/index.ts";
import { procFormats } from "../procstack/index.ts";

/** Every kind of artifact and what it decodes to. */
export interface ModelOf {
  "conntrack-S": ConntrackStatistics;
  "coredns-log": CorednsLog;
  goroutines: GoroutineSet;
  hostname: Hostname;
  "hosts-file": HostsFile;
  "ip-addr": LocalAddresses;
  "ip-route-local": LocalAddresses;
  "iptables-save": Iptables;
  "kernel-log": KernelLog;
  "kube-objects": KubeObjects;
  "netstat-s": NetstatStatistics;
  nsswitch: Nsswitch;
  nstat: NetworkCounters;
  pcap: Capture;
  pprof: Profile;
  "proc-cgroup": TaskPart;
  "proc-cmdline": TaskPart;
  "proc-comm": TaskPart;
  "proc-files": TaskParts;
  "proc-net-snmp": NetworkCounters;
  "proc-ns": TaskPart;
  "proc-stack": TaskPart;
  "proc-stat": TaskPart;
  "proc-status": TaskPart;
  "proc-wchan": TaskPart;
  "resolv-conf": ResolvConf;
  sockets: Sockets;
  sysctl: Sysctl;
  uname: Uname;
}

/** For code that treats all formats alike. */
export type AnyFormat = Format<keyof ModelOf, Model>;

/** Every format, each asked "is this yours?": an artifact may be of several. */
export const FORMATS: readonly AnyFormat[] = [
  captureFormat,
  profileFormat,
  goroutineFormat,
  ...procFormats,
  conntrackFormat,
  corednsLogFormat,
  hostnameFormat,
  hostsFileFormat,
  ipAddressFormat,
  iptablesFormat,
  kubeObjectsFormat,
  localRouteFormat,
  netstatFormat,
  nsswitchFormat,
  nstatFormat,
  procNetFormat,
  resolvConfFormat,
  socketFormat,
  sysctlFormat,
  unameFormat,
];

/** Kinds that testify about the cluster, whichever host's folder they lie in. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set<keyof ModelOf>(["kube-objects"]);

/** Whether an artifact is of no host. */
export function isClusterWide({ kind }: { readonly kind: string }): boolean {
  return CLUSTER_WIDE.has(kind);
}
