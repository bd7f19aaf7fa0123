import type { Addresses } from "./addresses.ts";
import type { ConnectionTable } from "./connection-table.ts";
import { ConnectionTracker } from "./connection-tracker.ts";
import { FlowIndex } from "./flow-index.ts";
import { HandshakeTracker } from "./handshake-tracker.ts";
import type { HandshakeTable } from "./handshake-table.ts";
import { NONE, type Packet } from "./packet.ts";
import { RecentFlows } from "./recent-flows.ts";

/** Conversations that the index has room for beside those with a row. */
const SPARE = 1 << 14;

/** Turns TCP packets into connection attempts and connections. */
export class TcpTracker {
  readonly handshakes: HandshakeTracker;
  readonly connections: ConnectionTracker;
  /** TCP packets that the capture cut before their flags. */
  cut = 0;
  readonly #addresses: Addresses;
  readonly #flows: FlowIndex;
  readonly #recent: RecentFlows;
  /** Rows that had been dropped when addresses were given up last. */
  #droppedBefore = 0;

  constructor(addresses: Addresses, maxHandshakes: number, maxConnections: number) {
    this.#addresses = addresses;
    this.#flows = new FlowIndex(maxHandshakes + maxConnections + SPARE);
    this.#recent = new RecentFlows(addresses, this.#flows);
    this.handshakes = new HandshakeTracker(addresses, this.#flows, maxHandshakes, (to) =>
      this.connections.remapHandshakes(to),
    );
    const { columns, scratch } = this.handshakes;
    this.connections = new ConnectionTracker(this.#flows, columns, scratch, maxConnections);
  }

  /** A packet with TCP's protocol number. */
  packet(p: Packet): void {
    if (p.flags === NONE) {
      if (p.fragmentOffset === 0) this.cut++;
      return;
    }
    if (this.#addresses.isFull) this.#sweep();
    const recent = this.#recent;
    const slot = recent.find(p);
    if (slot < 0) return;
    const { source, destination } = recent;
    this.handshakes.packet(p, slot, source, destination);
    this.connections.packet(p, this.#flows.current, source, destination);
  }

  /** Gives up the addresses of handshakes and connections that were dropped, unless that has just been done in vain. */
  #sweep(): void {
    const dropped = this.handshakes.evicted + this.connections.evicted;
    if (dropped === this.#droppedBefore) return;
    this.#droppedBefore = dropped;
    this.#flows.forget();
    const inUse = this.#addresses.marks();
    this.handshakes.mark(inUse);
    this.connections.mark(inUse);
    this.#addresses.sweep(inUse);
  }

  /** Decides what is still open, and gives the tables. */
  finish(end: number): { handshakes: HandshakeTable; connections: ConnectionTable } {
    const handshakes = this.handshakes.finish(end);
    const connections = this.connections.finish(handshakes, end);
    return { handshakes, connections };
  }
}
