import type { Format, Model } from "../bytes/index.ts";
import type {
  ConntrackStatistics,
  Hostname,
  Iptables,
  LocalAddresses,
  NetstatStatistics,
  NetworkCounters,
  Sockets,
  Sysctl,
  Uname,
} from "../node/index.ts";
import {
  conntrackFormat,
  hostnameFormat,
  ipAddressFormat,
  iptablesFormat,
  localRouteFormat,
  netstatFormat,
  nstatFormat,
  procNetFormat,
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
  goroutines: GoroutineSet;
  hostname: Hostname;
  "ip-addr": LocalAddresses;
  "ip-route-local": LocalAddresses;
  "iptables-save": Iptables;
  "kernel-log": KernelLog;
  "netstat-s": NetstatStatistics;
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
  hostnameFormat,
  ipAddressFormat,
  iptablesFormat,
  localRouteFormat,
  netstatFormat,
  nstatFormat,
  procNetFormat,
  socketFormat,
  sysctlFormat,
  unameFormat,
];
