import type { Capture } from "./capture.ts";
import { State } from "./connection-table.ts";
import { Outcome } from "./handshake-table.ts";

/** What one address did in one role. Copies before address translation do not count. */
export interface RoleTotals {
  /** TCP connection attempts, those without any answer, and those refused by RST or ICMP. */
  readonly attempts: number;
  readonly unanswered: number;
  readonly refused: number;
  /** TCP connections, those that were going on when the capture began included. */
  readonly connections: number;
  readonly requests: number;
  /** Packets and bytes of payload that it sent, and that were sent to it. */
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Segments that it sent again. */
  readonly retransmissions: number;
  /** Connections that it sent a RST in. */
  readonly resets: number;
  /** DNS queries that it sent, or that were sent to it; and those of them without any answer. */
  readonly queries: number;
  readonly queriesUnanswered: number;
}

/** One address with what it did as a client and as a server. */
export interface Talker {
  readonly address: string;
  readonly asClient: RoleTotals;
  readonly asServer: RoleTotals;
}

type Totals = { -readonly [Name in keyof RoleTotals]: RoleTotals[Name] };

/**
 * Sums for each address of a capture, those with most bytes first. Connections whose rows were dropped are in the sums of
 * their servers, not in those of their clients.
 */
export function talkers(capture: Capture): Talker[] {
  const all = new Map<number, { asClient: Totals; asServer: Totals }>();
  const of = (id: number) => {
    const known = all.get(id);
    if (known !== undefined) return known;
    const added = { asClient: nothing(), asServer: nothing() };
    all.set(id, added);
    return added;
  };
  countAttempts(capture, of);
  countConnections(capture, of);
  countQueries(capture, of);
  const sorted = [...all].map(([id, roles]) => ({ address: capture.address(id), ...roles }));
  return sorted.sort(
    (a, b) => bytesOf(b) - bytesOf(a) || packetsOf(b) - packetsOf(a) || (a.address < b.address ? -1 : 1),
  );
}

type Of = (id: number) => { asClient: Totals; asServer: Totals };

function countAttempts({ handshakes: h }: Capture, of: Of): void {
  for (let row = 0; row < h.length; row++) {
    if (h.counted[row] !== 1) continue;
    const outcome = h.outcome[row];
    const ends = [of(h.client[row] as number).asClient, of(h.server[row] as number).asServer];
    for (const totals of ends) {
      totals.attempts++;
      if (outcome === Outcome.unanswered) totals.unanswered++;
      else if (outcome === Outcome.refused || outcome === Outcome.icmp) totals.refused++;
    }
  }
}

function countConnections({ connections: c }: Capture, of: Of): void {
  for (let row = 0; row < c.length; row++) {
    if (c.counted[row] !== 1) continue;
    const client = of(c.client[row] as number).asClient;
    const server = of(c.server[row] as number).asServer;
    for (const [totals, own, other] of [
      [client, c.ofClient, c.ofServer],
      [server, c.ofServer, c.ofClient],
    ] as const) {
      totals.connections++;
      totals.requests += c.requests[row] as number;
      totals.packetsSent += own.packets[row] as number;
      totals.packetsReceived += other.packets[row] as number;
      totals.bytesSent += own.bytes[row] as number;
      totals.bytesReceived += other.bytes[row] as number;
      totals.retransmissions += own.retransmissions[row] as number;
    }
    const state = c.state[row] as number;
    if ((state & State.clientReset) !== 0) client.resets++;
    if ((state & State.serverReset) !== 0) server.resets++;
  }
  for (const sum of c.dropped) {
    if (sum.server < 0) continue;
    const server = of(sum.server).asServer;
    server.connections += sum.connections;
    server.requests += sum.requests;
    server.packetsSent += sum.serverPackets;
    server.packetsReceived += sum.clientPackets;
    server.bytesSent += sum.serverBytes;
    server.bytesReceived += sum.clientBytes;
  }
}

function countQueries({ dns }: Capture, of: Of): void {
  for (let row = 0; row < dns.length; row++) {
    if (dns.counted[row] !== 1) continue;
    const isUnanswered = dns.rcode[row] === -1 && dns.icmp[row] === 0 && dns.undecided[row] === 0;
    const ends = [of(dns.client[row] as number).asClient, of(dns.server[row] as number).asServer];
    for (const totals of ends) {
      totals.queries++;
      if (isUnanswered) totals.queriesUnanswered++;
    }
  }
}

const bytesOf = ({ asClient, asServer }: Talker) =>
  asClient.bytesSent + asClient.bytesReceived + asServer.bytesSent + asServer.bytesReceived;

const packetsOf = ({ asClient, asServer }: Talker) =>
  asClient.packetsSent + asServer.packetsSent + asClient.attempts + asServer.attempts;

function nothing(): Totals {
  return {
    attempts: 0,
    unanswered: 0,
    refused: 0,
    connections: 0,
    requests: 0,
    packetsSent: 0,
    packetsReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    retransmissions: 0,
    resets: 0,
    queries: 0,
    queriesUnanswered: 0,
  };
}
