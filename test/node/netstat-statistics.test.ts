import { describe, expect, it } from "vitest";
import { netstatFormat, parseNetstatStatistics } from "../../src/node/index.ts";

const TEXT = `Ip:
    Forwarding: 1
    8102 total packets received
Tcp:
    1242 active connection openings
    90316 passive connection openings
TcpExt:
    14 TCP sockets finished time wait in fast timer
    1833 passive connections rejected because of time stamp
    7 times the listen queue of a socket overflowed
    1851 SYNs to LISTEN sockets dropped
    TCPReqQFullDrop: 3
IpExt:
    InOctets: 136550219
`;

describe("netstat -s", () => {
  it("names counters as the kernel does", () => {
    const { counters, wholeTcpExt } = parseNetstatStatistics(TEXT);
    const value = (name: string) => counters.get(name)?.value;
    expect(value("PAWSPassive")).toBe(1833);
    expect(value("ListenOverflows")).toBe(7);
    expect(value("ListenDrops")).toBe(1851);
    expect(value("TCPReqQFullDrop")).toBe(3);
    expect(counters.get("PAWSPassive")?.line).toBe(9);
    expect(wholeTcpExt).toBe(true);
  });

  it("knows no zero from a text that may be cut", () => {
    expect(parseNetstatStatistics(TEXT.slice(0, TEXT.indexOf("IpExt"))).wholeTcpExt).toBe(false);
    expect(parseNetstatStatistics("netstat: command not found\n").diagnostics[0]?.effect).toBe("unread");
  });

  it("is recognised by its sections", () => {
    const recognise = (text: string) => netstatFormat.recognise(new TextEncoder().encode(text), "x");
    expect(recognise(TEXT)).toBe(true);
    expect(recognise("Active Internet connections (servers and established)\n")).toBe(false);
  });
});
