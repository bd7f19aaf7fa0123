import { readdirSync, readFileSync } from "node:fs";
import { fixturePath } from "../fixtures.ts";

/** Goldens of `test/fixtures/pcap/views.sh`: what tshark says of whole captures. */

/** A line of `tshark -z conv,tcp`. */
export interface Conv {
  a: string;
  aPort: number;
  b: string;
  bPort: number;
  framesFromB: number;
  framesFromA: number;
  start: number;
  duration: number;
}

/** A line of `tshark -z endpoints,ip` or `endpoints,ipv6`. */
export interface Endpoint {
  address: string;
  packets: number;
  bytes: number;
  sentPackets: number;
  sentBytes: number;
  receivedPackets: number;
  receivedBytes: number;
}

const names = readdirSync(fixturePath("views"));
/** Captures with statistics, and those with a line for each TCP frame. */
export const withStatistics: string[] = names
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.slice(0, -4));
export const withFrames: string[] = names
  .filter((name) => name.endsWith(".tsv"))
  .map((name) => name.slice(0, -4));

/** Captures on several interfaces, or inside and outside of a tunnel: they have packets more than once. */
export const withCopies: ReadonlySet<string> = new Set([
  "dns_5s_aaaa_reply_dropped.node-any.pcap",
  "dns_forwarder_upstream_dead.node-any.pcap",
  "encap_vxlan_any_dup.pcap",
  "link_linktype_sll2.pcap",
  "tcp_midstream_loss_any.s100.pcap",
  "tcp_tw_recycle_uptime.node-any.pcap",
]);

const lines = (name: string): string[] => readFileSync(fixturePath(`views/${name}.txt`), "utf8").split("\n");

function split(end: string): [string, number] {
  const colon = end.lastIndexOf(":");
  return [end.slice(0, colon), Number(end.slice(colon + 1))];
}

export function conversations(name: string): Conv[] {
  return lines(name)
    .filter((line) => line.includes("<->"))
    .map((line) => {
      const cells = line.trim().split(/\s+/);
      const [a, aPort] = split(cells[0] ?? "");
      const [b, bPort] = split(cells[2] ?? "");
      return {
        a,
        aPort,
        b,
        bPort,
        framesFromB: Number(cells[3]),
        framesFromA: Number(cells[6]),
        start: Number(cells[12]),
        duration: Number(cells[13]),
      };
    });
}

export function endpoints(name: string): Endpoint[] {
  return lines(name)
    .filter((line) => /^[\da-f:.]+( +\d+){6}\s*$/.test(line))
    .map((line) => {
      const [address = "", ...numbers] = line.trim().split(/\s+/);
      const [packets = 0, bytes = 0, sentPackets = 0, sentBytes = 0, receivedPackets = 0, receivedBytes = 0] =
        numbers.map(Number);
      return { address, packets, bytes, sentPackets, sentBytes, receivedPackets, receivedBytes };
    });
}

/** TCP frames by their number. */
export function tcpFrames(name: string): Map<number, Record<string, string>> {
  const [head = "", ...rows] = readFileSync(fixturePath(`views/${name}.tsv`), "utf8")
    .trimEnd()
    .split("\n");
  const columns = head.split("\t");
  return new Map(
    rows.map((row) => {
      const cells = row.split("\t");
      const frame = Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""]));
      return [Number(frame["frame.number"]), frame];
    }),
  );
}
