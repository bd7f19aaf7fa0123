export * from "./command-failure.ts";
export * from "./conntrack-statistics.ts";
export * from "./fact.ts";
export * from "./hostname.ts";
export * from "./kernel-release.ts";
export * from "./netstat-statistics.ts";
export * from "./sysctl.ts";
export * from "./uname.ts";
