import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fitsPaws, paws2x2, type PawsTable, readCapture } from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { captureOf, fixturePath } from "./fixtures.ts";
import { ACK, ethernet, FIN_ACK, ip, SYN, SYN_ACK, tcp } from "./frames.ts";

const SOURCE = "192.168.50.10";
const SERVER = "192.168.50.20";
type Frame = readonly [number, Uint8Array];

interface Connection {
  at: number;
  port: number;
  tsval: number | undefined;
  /** Which of the tries, at 0, 1 and 3 s, is answered; none if not given. */
  answered?: number;
  /** Seconds after which both sides close. */
  closes?: number;
  tries?: number;
}

/** The frames of one connection attempt. */
function connection({ at, port, tsval, answered, closes, tries = 3 }: Connection): Frame[] {
  const seq = port * 7;
  const side = (seconds: number, isClient: boolean, flags: number, more: object = {}): Frame => {
    const ends = isClient ? { from: SOURCE, to: SERVER } : { from: SERVER, to: SOURCE };
    const ports = isClient ? { from: port, to: 80 } : { from: 80, to: port };
    return [
      at + seconds,
      ethernet(
        ip(
          { ...ends, id: port + seconds },
          6,
          tcp({ ...ports, seq: isClient ? seq : 1, flags, tsval, ...more }),
        ),
      ),
    ];
  };
  const frames: Frame[] = [];
  for (const [i, seconds] of [0, 1, 3].slice(0, answered === undefined ? tries : answered + 1).entries()) {
    frames.push(
      side(seconds, true, SYN, { tsval: tsval === undefined ? undefined : (tsval + seconds * 1000) >>> 0 }),
    );
    if (i !== answered) continue;
    frames.push(
      side(seconds + 0.001, false, SYN_ACK, { ack: seq + 1 }),
      side(seconds + 0.002, true, ACK, { seq: seq + 1 }),
    );
    if (closes !== undefined)
      frames.push(
        side(seconds + closes, false, FIN_ACK, { seq: 2 }),
        side(seconds + closes + 0.001, true, FIN_ACK, { seq: seq + 1 }),
      );
  }
  return frames;
}

async function judge(...connections: Connection[]): Promise<PawsTable> {
  const last: Frame = [200, ethernet(ip({ from: "10.9.9.9", to: "10.9.9.8" }, 1, new Uint8Array(8)))];
  const frames = [...connections.flatMap(connection), last].sort(([a], [b]) => a - b);
  const tables = paws2x2(await readCapture(scene(frames)), `${SERVER}:80`);
  expect(tables.length).toBe(1);
  return tables[0] as PawsTable;
}

/** regressed × unanswered, regressed × answered, monotone × answered, monotone × unanswered. */
const cells = (table: PawsTable) => [
  table.regressedUnanswered.attempts,
  table.regressedAnswered.attempts,
  table.monotoneAnswered.attempts,
  table.monotoneUnanswered.attempts,
];

const open = (
  at: number,
  port: number,
  tsval: number | undefined,
  more: Partial<Connection> = {},
): Connection => ({ at, port, tsval, answered: 0, closes: 0.1, ...more });
const silent = (at: number, port: number, tsval: number): Connection => ({ at, port, tsval });

describe("every capture at hand", () => {
  const FIT = ["tcp_tw_recycle_paws.server.pcap", "tcp_tw_recycle_uptime.node-any.pcap"];
  const all = readdirSync(fixturePath(".")).filter((name) => name.endsWith(".pcap"));

  it.each(all)("%s fits the rule of tcp_tw_recycle only if that made it", async (name) => {
    const capture = await captureOf(name.replace(/\.pcap$/, ""));
    expect(paws2x2(capture).some((table) => fitsPaws(table))).toBe(FIT.includes(name));
  });

  it("is there", () => {
    expect(all).toEqual(expect.arrayContaining(FIT));
    expect(all.length).toBeGreaterThan(25);
  });

  // Counted by hand from tshark's list of SYNs: TSval against the newest answered one, 32-bit serial order.
  it.each<[string, string, number[]]>([
    ["tcp_tw_recycle_paws.server", "192.168.50.10", [8, 0, 8, 0]],
    ["tcp_tw_recycle_uptime.node-any", "192.168.50.10", [6, 0, 8, 0]],
    ["tcp_backlog_accept_queue.server", "10.244.1.11", [30, 0, 2, 28]],
    ["tcp_rp_filter_drop.server", "10.244.1.11", [0, 0, 0, 2]],
    ["tcp_syn_queue_overflow_nocookies.server", "10.244.1.12", [0, 0, 0, 200]],
    ["tcp_pod_deleted_same_node.pod", "10.244.1.11", [2, 3, 2, 0]],
    ["tcp_timewait_paws_same_tuple.server", "192.168.50.10", [0, 1, 4, 0]],
  ])("%s, from %s", async (name, source, expected) => {
    const table = paws2x2(await captureOf(name)).find((each) => each.source === source);
    expect(table && cells(table)).toEqual(expected);
  });

  it("names the frames of examples", async () => {
    const [table] = paws2x2(await captureOf("tcp_tw_recycle_paws.server"));
    expect(table).toMatchObject({
      listener: "192.168.50.20:8080",
      regressedUnanswered: { frames: [10, 34, 37, 60, 83] },
      monotoneAnswered: { frames: [1, 14, 24, 40, 50] },
      regressedThroughout: 8,
    });
  });
});

describe("a timestamp", () => {
  it("regresses in 32-bit serial order: an older clock may be the larger number", async () => {
    expect(
      cells(await judge(open(0, 1, 4_294_967_000), open(2, 2, 500), silent(4, 3, 4_294_967_100))),
    ).toEqual([1, 0, 2, 0]);
  });

  it("may be behind by one, as the kernel allows", async () => {
    expect(cells(await judge(open(0, 1, 1000), silent(2, 2, 999)))).toEqual([0, 0, 1, 1]);
    expect(cells(await judge(open(0, 1, 1000), silent(2, 2, 998)))).toEqual([1, 0, 1, 0]);
  });

  it("is judged for a minute only", async () => {
    expect(cells(await judge(open(0, 1, 900_000), silent(59, 2, 5), silent(61, 3, 5)))).toEqual([1, 0, 1, 1]);
  });

  it("that is not there tells nothing", async () => {
    const table = await judge(open(0, 1, 900_000), open(1, 2, undefined), {
      at: 2,
      port: 3,
      tsval: undefined,
    });
    expect(cells(table)).toEqual([0, 0, 1, 0]);
    expect(table.otherwise).toBe(2);
  });

  it("of an attempt that was answered late counts as unanswered, by its first try", async () => {
    const table = await judge(open(0, 1, 901_000), { at: 2, port: 2, tsval: 900_000, answered: 2 });
    expect(cells(table)).toEqual([1, 0, 1, 0]);
    // The last try had caught up.
    expect(table.regressedThroughout).toBe(0);
  });
});

describe("the rule of tcp_tw_recycle", () => {
  it("fits where all that went back was dropped, and nothing else", async () => {
    expect(
      fitsPaws(await judge(open(0, 1, 900_000), silent(1, 2, 5), open(2, 3, 905_000), silent(3, 4, 7))),
    ).toBe(true);
  });

  it("does not where something else was dropped too, or nothing was answered", async () => {
    expect(fitsPaws(await judge(open(0, 1, 900_000), silent(1, 2, 5), silent(2, 3, 905_000)))).toBe(false);
    expect(fitsPaws(await judge(silent(0, 1, 900_000), silent(1, 2, 5)))).toBe(false);
  });

  it("forgives what went back before the cache could move, while the newer connection was open", async () => {
    const early = open(1, 2, 5);
    const lost = [silent(20, 3, 6), silent(21, 4, 7)];
    const held = await judge(open(0, 1, 900_000, { closes: 10 }), early, ...lost);
    expect([cells(held), held.regressedAnsweredEarly, fitsPaws(held)]).toEqual([[2, 1, 1, 0], 1, true]);
    const closed = await judge(open(0, 1, 900_000, { closes: 0.1 }), early, ...lost);
    expect([cells(closed), closed.regressedAnsweredEarly, fitsPaws(closed)]).toEqual([
      [2, 1, 1, 0],
      0,
      false,
    ]);
  });
});
