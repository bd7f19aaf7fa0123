import { describe, expect, it } from "vitest";
import {
  netstatFormat,
  nstatFormat,
  parseNstat,
  parseProcNetCounters,
  procNetFormat,
} from "../../src/node/index.ts";
import { mishaps, recognises } from "./recognised.ts";

const NSTAT = `#kernel
IpInReceives                    9                  0.0
IpInAddrErrors                  0                  0.0
TcpPassiveOpens                 3                  0.0
Icmp6OutType133                 2                  0.0
TcpExtListenOverflows           12178939           0.0
TcpExtTCPReqQFullDrop           7                  0.0
IpExtInOctets                   516                0.0
`;
const SNMP = `Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors
Ip: 2 64 9 0 4
Icmp: InMsgs InErrors
Icmp: 0 0
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab
Tcp: 1 200 120000 -1 3 5 0 0 6
`;
const NETSTAT = `TcpExt: SyncookiesSent PAWSPassive ListenOverflows ListenDrops TCPReqQFullDrop IPReversePathFilter
TcpExt: 0 18342 7 12 3 44
IpExt: InNoRoutes InTruncatedPkts InOctets
IpExt: 0 0 516
`;

describe("counters of the network stack", () => {
  it("have one name, whoever prints them", () => {
    const nstat = parseNstat(NSTAT).counters;
    expect(nstat.get("ListenOverflows")).toEqual({
      value: 12178939,
      text: "TcpExtListenOverflows 12178939 0.0",
      line: 6,
    });
    expect([...nstat.keys()]).toEqual([
      "IpInReceives",
      "IpInAddrErrors",
      "PassiveOpens",
      "Icmp6OutType133",
      "ListenOverflows",
      "TCPReqQFullDrop",
      "IpExtInOctets",
    ]);
    const proc = parseProcNetCounters(NETSTAT).counters;
    expect(proc.get("PAWSPassive")).toEqual({ value: 18342, text: "TcpExt: PAWSPassive 18342", line: 2 });
    expect(proc.get("IPReversePathFilter")?.value).toBe(44);
    const snmp = parseProcNetCounters(SNMP).counters;
    expect(snmp.get("IpInAddrErrors")?.value).toBe(4);
    expect(snmp.get("PassiveOpens")?.value).toBe(5);
    expect(snmp.get("MaxConn")?.value).toBe(-1);
  });

  it("of a section that doesn't match its names are not told", () => {
    const { counters, diagnostics } = parseProcNetCounters(NETSTAT.replace("18342 7", "18342"));
    expect(counters.has("PAWSPassive")).toBe(false);
    expect(counters.get("IpExtInOctets")?.value).toBe(516);
    expect(diagnostics[0]?.effect).toBe("partial");
  });

  it("never lose a digit to a cut", () => {
    for (const [text, parse] of [
      [NSTAT, parseNstat],
      [NETSTAT, parseProcNetCounters],
    ] as const) {
      const whole = parse(text).counters;
      for (let at = 0; at < text.length; at++)
        for (const [name, fact] of parse(text.slice(0, at)).counters)
          expect(fact.value, name).toBe(whole.get(name)?.value);
    }
  });

  it("are recognised by their lines", () => {
    expect(recognises(nstatFormat, NSTAT)).toBe(true);
    expect(recognises(nstatFormat, NSTAT.slice(8))).toBe(true);
    expect(recognises(procNetFormat, NSTAT)).toBe(false);
    for (const text of [SNMP, NETSTAT]) {
      expect(recognises(procNetFormat, text)).toBe(true);
      expect(recognises(nstatFormat, text)).toBe(false);
      expect(recognises(netstatFormat, text)).toBe(false);
    }
    expect(recognises(procNetFormat, "Tcp: is a protocol\nTcp: it is\n")).toBe(false);
    expect(recognises(nstatFormat, "nstat: not found\n", "nstat.txt")).toBe(true);
  });

  it("survive damage", async () => {
    expect(await mishaps(nstatFormat, NSTAT)).toBe(0);
    expect(await mishaps(procNetFormat, SNMP)).toBe(0);
    expect(await mishaps(procNetFormat, NETSTAT)).toBe(0);
  });
});
