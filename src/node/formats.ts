import type { Buddyinfo } from "./buddyinfo.ts";
import { buddyinfoFormat } from "./buddyinfo.ts";
import type { Clock } from "./clock.ts";
import { clockFormat } from "./clock.ts";
import type { ConntrackStatistics } from "./conntrack-statistics.ts";
import { conntrackFormat } from "./conntrack-statistics.ts";
import type { CorednsLog } from "./coredns-log.ts";
import { corednsLogFormat } from "./coredns-log.ts";
import type { Df } from "./df.ts";
import { dfFormat } from "./df.ts";
import type { DockerDf } from "./docker-df.ts";
import { dockerDfFormat } from "./docker-df.ts";
import type { DockerInspect } from "./docker-inspect.ts";
import { dockerInspectFormat } from "./docker-inspect.ts";
import type { Du } from "./du.ts";
import { duFormat } from "./du.ts";
import type { EthtoolFeatures, EthtoolStatistics } from "./ethtool.ts";
import { ethtoolFeaturesFormat, ethtoolStatisticsFormat } from "./ethtool.ts";
import type { Hostname } from "./hostname.ts";
import { hostnameFormat } from "./hostname.ts";
import type { HostsFile } from "./hosts-file.ts";
import { hostsFileFormat } from "./hosts-file.ts";
import type { LocalAddresses } from "./ip-addresses.ts";
import { ipAddressFormat, localRouteFormat } from "./ip-addresses.ts";
import type { Iptables } from "./iptables.ts";
import { iptablesFormat } from "./iptables.ts";
import type { Ipvsadm } from "./ipvsadm.ts";
import { ipvsadmFormat } from "./ipvsadm.ts";
import type { Meminfo } from "./meminfo.ts";
import { meminfoFormat } from "./meminfo.ts";
import type { NetstatStatistics } from "./netstat-statistics.ts";
import { netstatFormat } from "./netstat-statistics.ts";
import type { NetworkCounters } from "./network-counters.ts";
import { nstatFormat, procNetFormat } from "./network-counters.ts";
import type { Nsswitch } from "./nsswitch.ts";
import { nsswitchFormat } from "./nsswitch.ts";
import type { Packages } from "./packages.ts";
import { packagesFormat } from "./packages.ts";
import type { ProcCgroups } from "./proc-cgroups.ts";
import { procCgroupsFormat } from "./proc-cgroups.ts";
import type { Pressure, ProcCounters, SoftnetStatistics } from "./proc-counters.ts";
import { pressureFormat, sockstatFormat, softnetFormat, vmstatFormat } from "./proc-counters.ts";
import type { ProgramVersions } from "./program-versions.ts";
import { programVersionsFormat } from "./program-versions.ts";
import type { OsRelease } from "./os-release.ts";
import { osReleaseFormat } from "./os-release.ts";
import type { ResolvConf } from "./resolv-conf.ts";
import { resolvConfFormat } from "./resolv-conf.ts";
import type { Sockets } from "./sockets.ts";
import { socketFormat } from "./sockets.ts";
import type { Sysctl } from "./sysctl.ts";
import { sysctlFormat } from "./sysctl.ts";
import type { Uname } from "./uname.ts";
import { unameFormat } from "./uname.ts";

/** What each kind of this room decodes to. */
export interface NodeModels {
  buddyinfo: Buddyinfo;
  cgroups: ProcCgroups;
  clock: Clock;
  "conntrack-S": ConntrackStatistics;
  "coredns-log": CorednsLog;
  df: Df;
  "docker-inspect": DockerInspect;
  "docker-system-df": DockerDf;
  du: Du;
  "ethtool-S": EthtoolStatistics;
  "ethtool-k": EthtoolFeatures;
  hostname: Hostname;
  "hosts-file": HostsFile;
  "ip-addr": LocalAddresses;
  "ip-route-local": LocalAddresses;
  "iptables-save": Iptables;
  ipvsadm: Ipvsadm;
  meminfo: Meminfo;
  "netstat-s": NetstatStatistics;
  nsswitch: Nsswitch;
  nstat: NetworkCounters;
  "os-release": OsRelease;
  packages: Packages;
  "proc-net-snmp": NetworkCounters;
  "program-version": ProgramVersions;
  pressure: Pressure;
  "resolv-conf": ResolvConf;
  sockstat: ProcCounters;
  "softnet-stat": SoftnetStatistics;
  sockets: Sockets;
  sysctl: Sysctl;
  uname: Uname;
  vmstat: ProcCounters;
}

/** The formats of this room. */
export const nodeFormats = [
  buddyinfoFormat,
  clockFormat,
  conntrackFormat,
  corednsLogFormat,
  dfFormat,
  dockerDfFormat,
  dockerInspectFormat,
  duFormat,
  ethtoolFeaturesFormat,
  ethtoolStatisticsFormat,
  hostnameFormat,
  hostsFileFormat,
  ipAddressFormat,
  iptablesFormat,
  localRouteFormat,
  ipvsadmFormat,
  meminfoFormat,
  netstatFormat,
  nsswitchFormat,
  nstatFormat,
  osReleaseFormat,
  packagesFormat,
  procNetFormat,
  programVersionsFormat,
  pressureFormat,
  procCgroupsFormat,
  resolvConfFormat,
  socketFormat,
  sockstatFormat,
  softnetFormat,
  sysctlFormat,
  unameFormat,
  vmstatFormat,
] as const;
