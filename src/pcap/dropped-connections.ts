import * as at from "./connection-state.ts";
import { type DroppedConnections, State } from "./connection-table.ts";
import type { ConnectionRows } from "./connection-rows.ts";
import * as trouble from "./trouble-rows.ts";

/** Servers that are told apart. */
const MOST = 1 << 12;
const UNKNOWN = -1;

type Sum = { -readonly [Name in keyof DroppedConnections]: DroppedConnections[Name] };

/** Sums over connections whose rows were dropped, by server address and port. */
export class DroppedSums {
  readonly #sums = new Map<number, Sum>();

  /** Adds the connection whose words begin at `base`. */
  add(rows: ConnectionRows, base: number): void {
    const { words } = rows;
    if (((words[base + at.STATE] as number) & at.Mark.copy) !== 0) return;
    const sum = this.#sum(words[base + at.SERVER] as number, (words[base + at.PORTS] as number) & 0xffff);
    const client = base + at.OF_CLIENT;
    const server = base + at.OF_SERVER;
    sum.connections++;
    sum.requests += words[base + at.REQUESTS] as number;
    sum.clientPackets += words[client + at.PACKETS] as number;
    sum.serverPackets += words[server + at.PACKETS] as number;
    sum.clientBytes += (words[client + at.BYTES] as number) >>> 0;
    sum.serverBytes += (words[server + at.BYTES] as number) >>> 0;
    if (((words[base + at.STATE] as number) & (State.clientReset | State.serverReset)) !== 0) sum.resets++;
    const known = words[base + at.TROUBLE] as number;
    if (known === 0) return;
    const troubles = rows.troubles.words;
    const first = (known - 1) * trouble.TROUBLE_STRIDE;
    const second = first + trouble.SIDE;
    sum.retransmissions +=
      (troubles[first + trouble.RETRANSMISSIONS] as number) +
      (troubles[second + trouble.RETRANSMISSIONS] as number);
    sum.clientBytes += (troubles[first + trouble.BYTES_HIGH] as number) * 2 ** 32;
    sum.serverBytes += (troubles[second + trouble.BYTES_HIGH] as number) * 2 ** 32;
  }

  /** The addresses that are in use. */
  servers(): number[] {
    return Array.from(this.#sums.values(), ({ server }) => server);
  }

  /** The sums, those of most connections first. */
  all(): DroppedConnections[] {
    return [...this.#sums.values()].sort(
      (a, b) => b.connections - a.connections || a.server - b.server || a.serverPort - b.serverPort,
    );
  }

  #sum(server: number, serverPort: number): Sum {
    const key = server * 0x10000 + serverPort;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    if (this.#sums.size >= MOST && server !== UNKNOWN) return this.#sum(UNKNOWN, 0);
    const sum: Sum = {
      server,
      serverPort,
      connections: 0,
      requests: 0,
      clientPackets: 0,
      clientBytes: 0,
      serverPackets: 0,
      serverBytes: 0,
      retransmissions: 0,
      resets: 0,
    };
    this.#sums.set(key, sum);
    return sum;
  }
}
