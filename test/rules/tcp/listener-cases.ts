import { readFileSync } from "node:fs";
import type { Report } from "../../../src/report/index.ts";
import { analyzeFiles } from "../case.ts";
import type { Attempt, Timed } from "../packets.ts";
import { tcp } from "../packets.ts";

/** A real capture of test/fixtures/pcap. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(`test/fixtures/pcap/${name}.pcap`));

/** What a sample recorded of SYNs that race for one translated port. */
export const portRace = (): Uint8Array =>
  new Uint8Array(readFileSync("samples/snat-port-race/bundle/node-p/any.pcap"));

/** A case of one node that holds the given files. */
export const analyzeNode = (
  files: Record<string, string | Uint8Array>,
  baseline?: Record<string, string | Uint8Array>,
): Promise<Report> => analyzeFiles(onNode(files), baseline && onNode(baseline));

const onNode = (files: Record<string, string | Uint8Array>): Record<string, string | Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`b/node-b/${name}`, content]));

/** A whole `netstat -s` with some counters of TcpExt in net-tools' words. */
export const netstatOf = (...lines: readonly string[]): string =>
  `Tcp:\n    1 active connection openings\nTcpExt:\n${lines.map((line) => `    ${line}\n`).join("")}    5 delayed acks sent\nIpExt:\n    InOctets: 1\n`;

export const ssOf = (recvQ: number, sendQ: number, port = 8080): string =>
  `State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN ${recvQ}      ${sendQ}            0.0.0.0:${port}      0.0.0.0:*\n`;

export const addrOf = (address: string, device = "eth0", ...more: readonly string[]): string =>
  `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    inet 127.0.0.1/8 scope host lo\n2: ${device}: <BROADCAST,UP> mtu 1500 qdisc noop state UP group default\n    inet ${address}/32 scope global ${device}\n${more.join("")}`;

/** Attempts of several clients to several ports, over a minute, all of them answered. */
export function calm(to: string, from = "10.0.0.51"): Attempt[] {
  return Array.from({ length: 20 }, (_, i) => ({
    time: i * 3,
    from: `${from}:${30000 + i}`,
    to,
    outcome: "answered",
    tsval: Math.imul(i + 7, 2654435761) >>> 0,
  }));
}

/** Data that is sent in vain: the same segment again after 0.3, 0.9, 2.1 and 4.5 s. */
export function abandoned(time: number, from: string, to: string): Timed[] {
  return [0, 0.3, 0.9, 2.1, 4.5].map((after): Timed => {
    const header = tcp({ from, to }, "ack", { seq: 5001, ack: 9001 });
    const packet = [...header, ...new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")];
    packet[2] = packet.length >> 8;
    packet[3] = packet.length & 255;
    return [time + after, packet];
  });
}
