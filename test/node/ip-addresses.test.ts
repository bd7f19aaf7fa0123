import { describe, expect, it } from "vitest";
import {
  ipAddressFormat,
  localRouteFormat,
  netstatFormat,
  parseIpAddresses,
  parseLocalRoutes,
} from "../../src/node/index.ts";
import { mishaps, recognises } from "./recognised.ts";

/** iproute2 4.11, a node of kube-proxy in IPVS mode. */
const BLOCKS = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host 
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether 52:54:00:1f:3a:02 brd ff:ff:ff:ff:ff:ff
    inet 10.0.4.21/24 brd 10.0.4.255 scope global dynamic eth0
       valid_lft 2834sec preferred_lft 2834sec
    inet6 FE80::5054:ff:fe1f:3a02/64 scope link 
       valid_lft forever preferred_lft forever
5: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default 
    link/ether 2e:8c:11:90:5e:01 brd ff:ff:ff:ff:ff:ff
    inet 10.96.0.1/32 brd 10.96.0.1 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
    inet 203.0.113.10/32 brd 203.0.113.10 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
6: tun0: <POINTOPOINT,UP> mtu 1400 qdisc fq_codel state UNKNOWN group default qlen 500
    link/none 
    inet 10.8.0.6 peer 10.8.0.5/32 scope global tun0
       valid_lft forever preferred_lft forever
7: veth3f@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master cni0 state UP group default 
    link/ether 8a:63:c3:4d:90:7c brd ff:ff:ff:ff:ff:ff link-netnsid 0
`;
const ONE_LINE = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \\       valid_lft forever preferred_lft forever
5: kube-ipvs0    inet 203.0.113.10/32 scope global kube-ipvs0\\       valid_lft forever preferred_lft forever
`;
const BRIEF = `lo               UNKNOWN        127.0.0.1/8 ::1/128 
eth0@if12        UP             10.0.4.21/24 fe80::1/64 
kube-ipvs0       DOWN           203.0.113.10/32 
`;
const LOCAL = `broadcast 10.0.4.0 dev eth0 proto kernel scope link src 10.0.4.21 
local 10.0.4.21 dev eth0 proto kernel scope host src 10.0.4.21 
broadcast 10.0.4.255 dev eth0 proto kernel scope link src 10.0.4.21 
broadcast 127.0.0.0 dev lo proto kernel scope link src 127.0.0.1 
local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1 
local 203.0.113.10 dev kube-ipvs0 proto kernel scope host src 203.0.113.10 
`;
const ALL_TABLES = `default via 10.0.4.1 dev eth0 proto dhcp src 10.0.4.21 metric 100 
10.0.4.0/24 dev eth0 proto kernel scope link src 10.0.4.21 
local 203.0.113.10 dev kube-ipvs0 table local proto kernel scope host src 203.0.113.10 
unreachable default dev lo table unspec proto kernel metric 4294967295 error -101 pref medium
local ::1 dev lo table local proto kernel metric 0 pref medium
`;

describe("ip addr", () => {
  it("tells the addresses of each interface with their lines", () => {
    const { addresses, devices, diagnostics } = parseIpAddresses(BLOCKS);
    expect(diagnostics).toEqual([]);
    expect([...devices]).toEqual(["lo", "eth0", "kube-ipvs0", "tun0", "veth3f"]);
    expect(addresses.map(({ address, prefix, device, line }) => [address, prefix, device, line])).toEqual([
      ["127.0.0.1", 8, "lo", 3],
      ["::1", 128, "lo", 5],
      ["10.0.4.21", 24, "eth0", 9],
      ["fe80::5054:ff:fe1f:3a02", 64, "eth0", 11],
      ["10.96.0.1", 32, "kube-ipvs0", 15],
      ["203.0.113.10", 32, "kube-ipvs0", 17],
      ["10.8.0.6", 32, "tun0", 21],
    ]);
    expect(addresses[5]?.text).toBe("inet 203.0.113.10/32 brd 203.0.113.10 scope global kube-ipvs0");
  });

  it("reads -o and -br alike", () => {
    const short = (text: string) =>
      parseIpAddresses(text).addresses.map((each) => `${each.address} ${each.device}`);
    expect(short(ONE_LINE)).toEqual(["127.0.0.1 lo", "::1 lo", "203.0.113.10 kube-ipvs0"]);
    expect(short(BRIEF)).toEqual([
      "127.0.0.1 lo",
      "::1 lo",
      "10.0.4.21 eth0",
      "fe80::1 eth0",
      "203.0.113.10 kube-ipvs0",
    ]);
  });

  it("reads what is local from routes", () => {
    const local = (text: string) =>
      parseLocalRoutes(text).addresses.map(({ address, prefix, device, line }) => [
        address,
        prefix,
        device,
        line,
      ]);
    expect(local(LOCAL)).toEqual([
      ["10.0.4.21", 32, "eth0", 2],
      ["127.0.0.0", 8, "lo", 5],
      ["203.0.113.10", 32, "kube-ipvs0", 6],
    ]);
    expect(local(ALL_TABLES)).toEqual([
      ["203.0.113.10", 32, "kube-ipvs0", 3],
      ["::1", 128, "lo", 5],
    ]);
  });

  it("is recognised by content alone", () => {
    for (const text of [BLOCKS, ONE_LINE, BRIEF]) {
      expect(recognises(ipAddressFormat, text), text).toBe(true);
      expect(recognises(localRouteFormat, text), text).toBe(false);
      expect(recognises(netstatFormat, text), text).toBe(false);
    }
    for (const text of [LOCAL, ALL_TABLES]) {
      expect(recognises(ipAddressFormat, text), text).toBe(false);
      expect(recognises(localRouteFormat, text), text).toBe(true);
    }
    expect(
      recognises(localRouteFormat, "default via 10.0.4.1 dev eth0\n10.0.4.0/24 dev eth0 scope link\n"),
    ).toBe(false);
    expect(recognises(ipAddressFormat, "# the local address is\ninet 10.0.0.1/24\n")).toBe(false);
  });

  it("takes an error message for no answer", async () => {
    const text = 'Device "kube-ipvs0" does not exist.\n';
    expect(recognises(ipAddressFormat, text, "node-a/ip-addr-kube-ipvs0.txt")).toBe(false);
    expect(recognises(ipAddressFormat, "sh: 1: ip: not found\n", "node-a/ip-addr.txt")).toBe(true);
    expect(recognises(localRouteFormat, "sh: 1: ip: not found\n", "node-a/ip-addr.txt")).toBe(false);
    expect(parseIpAddresses(text).diagnostics[0]?.effect).toBe("unread");
  });

  it.each([BLOCKS, ONE_LINE, BRIEF])("survives damage", async (text) => {
    expect(await mishaps(ipAddressFormat, text)).toBe(0);
    expect(await mishaps(localRouteFormat, text)).toBe(0);
  });
});
