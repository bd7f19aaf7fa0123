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

/** Those that make most of the queries of a server, in the captures of a host. */
export const talkersOf = (host: HostEvidence): Talker[] => host.captures.flatMap(talkersOfCapture);

const talkersOfCapture: (capture: Located<Capture>) => readonly Talker[] = memo((capture) => [
  ...talkersIn(capture, "client"),
  ...talkersIn(capture, "name"),
]);

function talkersIn(capture: Located<Capture>, kind: Talker["kind"]): Talker[] {
  const { dns, duration } = capture.model;
  const column = kind === "client" ? dns.originalClient : dns.name;
  const asks = (row: number): boolean => dns.counted[row] === 1 && (kind === "client" || column[row] !== 0);
  const servers = new Map<number, Map<number, number>>();
  for (let row = 0; row < dns.length; row++) {
    if (!asks(row)) continue;
    const server = dns.originalServer[row] as number;
    let counts = servers.get(server);
    if (!counts) servers.set(server, (counts = new Map()));
    const who = column[row] as number;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return [...servers].flatMap(([server, counts]) => {
    const sorted = [...counts].sort(([, a], [, b]) => b - a);
    const [top, second] = sorted;
    if (!top || !second) return [];
    const [who, asked] = top;
    const total = sorted.reduce((sum, [, queries]) => sum + queries, 0);
    const rate = asked / Math.max(duration, 1e-9);
    const isMany = asked >= MANY && rate >= FAST;
    const isUneven = asked >= MOST * total && asked >= TIMES_NEXT * second[1];
    if (!isMany || !isUneven || sorted.length < (kind === "client" ? FEW_CLIENTS : FEW_NAMES)) return [];
    const isOfServer = (row: number): boolean => asks(row) && dns.originalServer[row] === server;
    const most = loadOf(capture.model, who, column, isOfServer);
    return [
      {
        capture,
        server: dns.address(server),
        kind,
        who: kind === "client" ? dns.address(who) : dns.nameOf(who),
        asked,
        total,
        others: sorted.length - 1,
        next: second[1],
        rate,
        tenths: duration < LONG ? undefined : most.leads,
        frames: most.frames,
        ports: kind === "client" ? lastPorts(dns, who) : [],
      },
    ];
  });
}

/** When one asked a server, beside all others who did: it is looked at only where one asks much more than they. */
function loadOf(
  { dns, duration }: Capture,
  who: number,
  column: Int32Array | Uint32Array,
  isOfServer: (row: number) => boolean,
): { leads: number; frames: readonly number[] } {
  const own = new Uint32Array(PARTS);
  const others = new Map<number, Uint32Array>();
  const frames: number[] = [];
  for (let row = 0; row < dns.length; row++) {
    if (!isOfServer(row)) continue;
    const one = column[row] as number;
    if (one === who && frames.length < FRAMES) frames.push(dns.frame[row] as number);
    let parts = one === who ? own : others.get(one);
    if (!parts) others.set(one, (parts = new Uint32Array(PARTS)));
    const part = Math.floor(((dns.time[row] as number) / Math.max(duration, 1e-9)) * PARTS);
    const at = Math.min(PARTS - 1, Math.max(0, part));
    parts[at] = (parts[at] as number) + 1;
  }
  return { leads: leads(own, [...others.values()]), frames };
}

function lastPorts({ length, originalClient, originalClientPort }: DnsTable, who: number): number[] {
  const ports = new Set<number>();
  for (let row = length - 1; row >= 0 && ports.size < PORTS; row--)
    if (originalClient[row] === who) ports.add(originalClientPort[row] as number);
  return [...ports];
}

/** In how many parts of the capture one asked more than any other. */
function leads(own: Uint32Array, others: readonly Uint32Array[]): number {
  return own.reduce(
    (sum, asked, part) => sum + (others.every((parts) => (parts[part] ?? 0) < asked) ? 1 : 0),
    0,
  );
}
