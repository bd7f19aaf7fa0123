import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  ethtoolFeaturesFormat,
  ethtoolStatisticsFormat,
  ipvsadmFormat,
  nodeFormats,
  parseEthtoolFeatures,
  parseEthtoolStatistics,
  parseIpvsadm,
  parsePressure,
  parseSockstat,
  parseSoftnet,
  parseVmstat,
  pressureFormat,
  sockstatFormat,
  softnetFormat,
  vmstatFormat,
} from "../../src/node/index.ts";
import { mishaps, recognises } from "./recognised.ts";

const live = (name: string): string => readFileSync(`test/fixtures/node/healthy/node-o/${name}`, "utf8");

const LN = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr persistent 10800
  -> 10.0.3.5:6443                Masq    1      3          0
UDP  10.96.0.10:53 rr
  -> 10.244.1.7:53                Masq    0      12         400
  -> 10.244.2.9:53                Masq    1      15         380
TCP  [fd00::1]:443 wlc
  -> [fd00::17]:8443              Masq    1      0          0
FWM  7 rr
`;
const STATS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.96.0.1:443                   1200    14522    11800    2210K    9M
  -> 10.0.3.5:6443                   1200    14522    11800    2210K    9M
`;
const SAVE = `-A -t 10.96.0.1:443 -s rr -p 10800
-a -t 10.96.0.1:443 -r 10.0.3.5:6443 -m -w 0
-A -u 10.96.0.10:53 -s rr
`;
const LNC = `IPVS connection entries
pro expire state       source             virtual            destination
TCP 14:54  ESTABLISHED 10.244.1.5:43210   10.96.0.1:443      10.0.3.5:6443
`;

describe("ipvsadm", () => {
  it("has each service with its servers, their weights and connections", () => {
    const { services, diagnostics } = parseIpvsadm(LN);
    expect(diagnostics).toEqual([]);
    expect(
      services.map(({ protocol, address, port, scheduler, servers }) => [
        protocol,
        address,
        port,
        scheduler,
        servers.length,
      ]),
    ).toEqual([
      ["TCP", "10.96.0.1", 443, "rr", 1],
      ["UDP", "10.96.0.10", 53, "rr", 2],
      ["TCP", "fd00::1", 443, "wlc", 1],
      ["FWM", "7", 0, "rr", 0],
    ]);
    expect(services[1]?.servers[0]).toMatchObject({
      address: "10.244.1.7",
      port: 53,
      forward: "Masq",
      weight: 0,
      active: 12,
      inactive: 400,
      line: 7,
    });
  });

  it("reads a text of several forms once, the state first", () => {
    for (const text of [LN + STATS, STATS + LN]) {
      const [first] = parseIpvsadm(text).services;
      expect(first).toMatchObject({ scheduler: "rr" });
      expect(first?.servers.map(({ active }) => active)).toEqual([3]);
    }
    const [saved, dns] = parseIpvsadm(SAVE + STATS).services;
    expect(saved?.servers).toMatchObject([{ address: "10.0.3.5", forward: "Masq", weight: 0 }]);
    expect(dns).toMatchObject({ protocol: "UDP", servers: [] });
  });

  it("reads connections, and that there is none", () => {
    expect(parseIpvsadm(LNC).connections).toMatchObject([
      { state: "ESTABLISHED", virtual: "10.96.0.1:443", line: 3 },
    ]);
    expect(parseIpvsadm("IP Virtual Server version 1.2.1 (size=4096)\n").diagnostics).toEqual([]);
    expect(recognises(ipvsadmFormat, "ipvsadm not installed\n", "networking/ipvsadm.txt")).toBe(true);
    expect(recognises(ipvsadmFormat, "TCP is a protocol\n  -> it has ports\n")).toBe(false);
  });
});

describe("ethtool", () => {
  it("has counters by interface, whose name stands in the path or before them", () => {
    const { interfaces } = parseEthtoolStatistics(live("ethtool_-S_eth0"), "node/ethtool_-S_eth0");
    expect(interfaces.map(({ name }) => name)).toEqual(["eth0"]);
    expect(interfaces[0]?.counters.get("rx_drops")).toEqual({ value: 0, text: "rx_drops: 0", line: 2 });
    const two =
      "*** ethtool -S eth1 ***\nNIC statistics:\n     [0]: rx_packets: 5\n\neth2\nNIC statistics:\n     tx: 7\n";
    expect(
      parseEthtoolStatistics(two).interfaces.map(({ name, counters }) => [name, [...counters.keys()]]),
    ).toEqual([
      ["eth1", ["[0]: rx_packets"]],
      ["eth2", ["tx"]],
    ]);
  });

  it("has features, and which of them are fixed", () => {
    const [lo] = parseEthtoolFeatures(live("ethtool_-k_lo")).interfaces;
    expect(lo?.name).toBe("lo");
    expect(lo?.features.get("generic-receive-offload")).toMatchObject({ value: true, fixed: false });
    expect(lo?.features.get("rx-checksumming")).toMatchObject({ value: true, fixed: true });
  });
});

describe("numbers of /proc", () => {
  it("are read with their names", () => {
    expect(parseSockstat(live("proc/net/sockstat")).values.get("TCP mem")?.line).toBe(2);
    expect(parseVmstat(live("proc/vmstat")).values.get("nr_free_pages")?.line).toBe(1);
    expect(parseSoftnet(live("proc/net/softnet_stat")).cpus).toHaveLength(2);
    expect(parseSoftnet("00000010 00000002 00000003 0 0\n").cpus).toEqual([]);
    const row =
      "00000010 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n";
    expect(parseSoftnet(row).cpus).toMatchObject([{ processed: 16, dropped: 2, squeezed: 3 }]);
    const pressure = parsePressure(
      "some avg10=1.50 avg60=0.20 avg300=0.10 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
      "proc/pressure/io",
    );
    expect(pressure).toMatchObject({ resource: "io", shares: [{ of: "some", avg10: 1.5 }, { of: "full" }] });
    expect(
      parsePressure("some avg10=1.50 avg60=0.20 avg300=0.10 total=7\n", "x/memory.pressure").resource,
    ).toBe("memory");
  });
});

it.each([
  [ipvsadmFormat, LN + STATS + SAVE],
  [ipvsadmFormat, LNC],
  [ethtoolStatisticsFormat, live("ethtool_-S_eth0")],
  [ethtoolFeaturesFormat, live("ethtool_-k_lo")],
  [sockstatFormat, live("proc/net/sockstat")],
  [vmstatFormat, live("proc/vmstat")],
  [softnetFormat, live("proc/net/softnet_stat")],
  [pressureFormat, live("proc/pressure/io")],
])("survive damage, and are of no other kind: %#", async (format, text) => {
  expect(await mishaps(format, text)).toBe(0);
  for (const form of [text, text.replaceAll("\n", "\r\n")])
    expect(nodeFormats.filter((each) => recognises(each, form)).map(({ kind }) => kind)).toEqual([
      format.kind,
    ]);
});
