// What is kept of the last packets' conversations against the tables themselves, which move and forget.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Addresses } from "../../src/pcap/addresses.ts";
import { FlowIndex } from "../../src/pcap/flow-index.ts";
import { NONE, Packet } from "../../src/pcap/packet.ts";
import { RecentFlows } from "../../src/pcap/recent-flows.ts";

const LIMIT = 12;

class Tables {
  readonly addresses = new Addresses(8);
  readonly flows = new FlowIndex(LIMIT);
  readonly recent = new RecentFlows(this.addresses, this.flows);
  rows = 0;

  through(p: Packet): unknown {
    const slot = this.recent.find(p);
    return slot < 0 ? slot : this.#told(slot, this.recent.source, this.recent.destination);
  }

  direct(p: Packet): unknown {
    const source = this.addresses.lease(p.bytes, p.sourceAt, p.version);
    const destination = this.addresses.lease(p.bytes, p.destinationAt, p.version);
    if (source < 0 || destination < 0) return -1;
    const slot = this.flows.look(source, p.sourcePort, destination, p.destinationPort, p.vni);
    return this.#told(slot, source, destination);
  }

  /** What a caller may do behind a packet. */
  go(what: number): void {
    const slot = this.flows.current;
    if (what === 1 && this.rows < LIMIT) this.flows.setRow(slot, this.rows++);
    if (what === 2) this.flows.see(slot, this.flows.forward);
    if (what === 3) this.flows.forget();
    if (what === 4) {
      const to = Int32Array.from({ length: this.rows }, (_, row) => (row % 2 === 0 ? row / 2 : -1));
      this.flows.remap(to);
      this.rows = (this.rows + 1) >> 1;
    }
    if (what === 5) {
      this.flows.forget();
      this.addresses.sweep(this.addresses.marks());
    }
  }

  #told(slot: number, source: number, destination: number): unknown {
    const { current, forward } = this.flows;
    return { slot, source, destination, current, forward, row: this.flows.row(slot) };
  }
}

const steps = fc.array(
  fc.record({
    from: fc.nat(9),
    to: fc.nat(9),
    ports: fc.constantFrom([1, 2], [2, 1], [1, 1], [40_000, 80]),
    version: fc.constantFrom(4, 4, 4, 6),
    vni: fc.constantFrom(NONE, NONE, NONE, 5),
    after: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3, 4, 5),
  }),
  { maxLength: 80 },
);

describe("the last packets' conversations", () => {
  it("are those that the tables know", () =>
    fc.assert(
      fc.property(steps, (all) => {
        const one = new Tables();
        const other = new Tables();
        for (const { from, to, ports, version, vni, after } of all) {
          const p = new Packet(new Uint8Array(32));
          p.bytes[15] = p.bytes[3] = from;
          p.bytes[31] = p.bytes[19] = to;
          p.version = version;
          p.destinationAt = 16;
          p.vni = vni;
          [p.sourcePort, p.destinationPort] = ports as [number, number];
          expect(one.through(p)).toEqual(other.direct(p));
          one.go(after);
          other.go(after);
        }
      }),
      { numRuns: 1000 },
    ));
});
