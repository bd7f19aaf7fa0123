import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Capture, DnsTable } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";

/** A client, or a name, that one server gets most of its queries from, or for. */
export interface Talker {
  readonly capture: Located<Capture>;
  readonly server: string;
  readonly kind: "client" | "name";
  readonly who: string;
  readonly asked: number;
  /** Queries to the server in all, and how many clients or names they come from. */
  readonly total: number;
  readonly others: number;
  /** Queries of the next one. */
  readonly next: number;
  /** Queries a second while the capture ran. */
  readonly rate: number;
  /** Tenths of the capture in which it asked more than anybody else; `undefined` where it was too short to tell. */
  readonly tenths: number | undefined;
  readonly frames: readonly number[];
  /** Of a client the ports that it asked from last. */
  readonly ports: readonly number[];
}

/** Fewer queries, or fewer a second, are nobody's load. */
const MANY = 100;
const FAST = 10;
/** Fewer who ask say nothing about who asks most: a pod's own capture has one. */
const FEW_CLIENTS = 3;
const FEW_NAMES = 5;
const MOST = 0.5;
const TIMES_NEXT = 5;
/** A shorter capture may show a burst. */
const LONG = 5;
const PARTS = 10;
const FRAMES = 6;
const PORTS = 64;

class Count {
  asked = 0;
  readonly parts = new Uint32Array(PARTS);
  readonly frames: number[] = [];
}

/** Those that make most of the queries of a server, in the captures of a host. */
export const talkersOf = (host: HostEvidence): Talker[] => host.captures.flatMap(talkersOfCapture);

const talkersOfCapture: (capture: Located<Capture>) => readonly Talker[] = memo((capture) => [
  ...talkersIn(capture, "client"),
  ...talkersIn(capture, "name"),
]);

function talkersIn(capture: Located<Capture>, kind: Talker["kind"]): Talker[] {
  const { dns, duration } = capture.model;
  const servers = new Map<number, Map<number, Count>>();
  const column = kind === "client" ? dns.originalClient : dns.name;
  for (let row = 0; row < dns.length; row++) {
    const who = column[row] as number;
    if (dns.counted[row] !== 1 || (kind === "name" && who === 0)) continue;
    const server = dns.originalServer[row] as number;
    let counts = servers.get(server);
    if (!counts) servers.set(server, (counts = new Map()));
    let count = counts.get(who);
    if (!count) counts.set(who, (count = new Count()));
    count.asked++;
    const part = Math.floor(((dns.time[row] as number) / Math.max(duration, 1e-9)) * PARTS);
    const at = Math.min(PARTS - 1, Math.max(0, part));
    count.parts[at] = (count.parts[at] as number) + 1;
    if (count.frames.length < FRAMES) count.frames.push(dns.frame[row] as number);
  }
  return [...servers].flatMap(([server, counts]) => {
    const sorted = [...counts].sort(([, a], [, b]) => b.asked - a.asked);
    const [top, second] = sorted;
    if (!top || !second) return [];
    const [who, most] = top;
    const total = sorted.reduce((sum, [, { asked }]) => sum + asked, 0);
    const rate = most.asked / Math.max(duration, 1e-9);
    const isMany = most.asked >= MANY && rate >= FAST;
    const isUneven = most.asked >= MOST * total && most.asked >= TIMES_NEXT * second[1].asked;
    if (!isMany || !isUneven || sorted.length < (kind === "client" ? FEW_CLIENTS : FEW_NAMES)) return [];
    return [
      {
        capture,
        server: dns.address(server),
        kind,
        who: kind === "client" ? dns.address(who) : dns.nameOf(who),
        asked: most.asked,
        total,
        others: sorted.length - 1,
        next: second[1].asked,
        rate,
        tenths:
          duration < LONG
            ? undefined
            : leads(
                most,
                sorted.slice(1).map(([, count]) => count),
              ),
        frames: most.frames,
        ports: kind === "client" ? lastPorts(dns, who) : [],
      },
    ];
  });
}

function lastPorts({ length, originalClient, originalClientPort }: DnsTable, who: number): number[] {
  const ports = new Set<number>();
  for (let row = length - 1; row >= 0 && ports.size < PORTS; row--)
    if (originalClient[row] === who) ports.add(originalClientPort[row] as number);
  return [...ports];
}

/** In how many parts of the capture one asked more than any other. */
function leads(most: Count, others: readonly Count[]): number {
  return most.parts.reduce(
    (sum, asked, part) => sum + (others.every((other) => (other.parts[part] ?? 0) < asked) ? 1 : 0),
    0,
  );
}
