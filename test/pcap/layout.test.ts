// The loops' structures against the offsets and numbers by which TypeScript reads and writes them: a field that was moved in one of
// the two, or a bit, fails here.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as state from "../../src/pcap/connection-state.ts";
import { State } from "../../src/pcap/connection-table.ts";
import * as handshake from "../../src/pcap/handshake-columns.ts";
import { queryColumns } from "../../src/pcap/dns-columns.ts";
import { Outcome, Reset, Seen } from "../../src/pcap/handshake-table.ts";
import * as trouble from "../../src/pcap/trouble-rows.ts";

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const SIZES: Record<string, number> = { i8: 1, u8: 1, u16: 2, u32: 4, i32: 4, usize: 4, f64: 8 };

interface Field {
  name: string;
  type: string;
  size: number;
  offset: number;
}

/** The fields of a class that has no manager, as the compiler lays them out: each at the next multiple of its size. */
function fieldsOf(file: string, name: string): Field[] {
  const body = new RegExp(`class ${name} \\{([^}]*)\\}`).exec(textOf(`wasm/pcap/${file}.ts`))?.[1] ?? "";
  let end = 0;
  return [...body.matchAll(/^ {2}(\w+): (\w+);$/gm)].map(([, field = "", type = ""]) => {
    const size = SIZES[type] ?? Number.NaN;
    const offset = Math.ceil(end / size) * size;
    end = offset + size;
    return { name: field, type, size, offset };
  });
}

const TYPES: Record<string, string> = {
  u8: "Uint8Array",
  i8: "Int8Array",
  u16: "Uint16Array",
  u32: "Uint32Array",
  i32: "Int32Array",
  f64: "Float64Array",
};

/** The fields of a row that are columns. */
const accessorsOf = (file: string): Field[] =>
  [
    ...textOf(`wasm/pcap/${file}.ts`).matchAll(
      /get (\w+)\(\): (\w+) \{\s+return load<\2>\(at\(this, (\d+), (\d+)\)\);\s+\}\s+set \1\(value: \2\) \{\s+store<\2>\(at\(this, \3, \4\), value\);/g,
    ),
  ].map(([, name = "", type = "", offset, size]) => ({
    name,
    type,
    size: Number(size),
    offset: Number(offset),
  }));

const sizeOf = (fields: readonly Field[]) =>
  fields.reduce((end, { offset, size }) => Math.max(end, offset + size), 0);

/** Numbers that a file gives names to. */
const numbersIn = (path: string): Record<string, number> =>
  Object.fromEntries(
    [...textOf(path).matchAll(/^(?:export )?const (\w+)(?:: \w+)? = (\d+)(?: << (\d+))?;$/gm)].map(
      ([, name = "", value, shift = 0]) => [name, Number(value) << Number(shift)],
    ),
  );

const upper = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** The fields' places in words, or in doubles, by the names of constants; without those that only the loops know. */
const places = (fields: readonly Field[], known: object, from = 0) =>
  Object.fromEntries(
    fields
      .filter(({ name }) => upper(name) in known)
      .map(({ name, type, offset }) => [upper(name), (from + offset) / (type === "f64" ? 8 : 4)]),
  );

const only = (known: object, like: object) =>
  Object.fromEntries(Object.entries(known).filter(([name]) => name in like));

describe("what TypeScript knows of the loops' memory", () => {
  it.each([
    ["handshake", handshake.handshakeColumns, 37],
    ["query", queryColumns, 34],
  ] as const)("the columns of each %s", (file, columnsOf, count) => {
    const fields = accessorsOf(file);
    const numbers = numbersIn(`wasm/pcap/${file}.ts`);
    const sizes = [8, 4, 2, 1].map((size) => fields.filter((field) => field.size === size).length);
    const { DOUBLES, WORDS, SHORTS, BYTES, ROW } = numbers;
    expect([DOUBLES, WORDS, SHORTS, BYTES]).toEqual(sizes);
    expect(ROW).toBe(sizeOf(fields));
    // Each behind the one before, the larger first.
    fields.reduce((end, { offset, size }) => {
      expect(offset).toBe(end);
      return end + size;
    }, 0);
    const [room, row] = [3, 1];
    const view = new DataView(new ArrayBuffer(room * sizeOf(fields)));
    const valueOf = ({ size }: Field, place: number) => (size === 1 ? place + 1 : 100 * place + 7);
    fields.forEach((field, place) => {
      const at = room * field.offset + row * field.size;
      if (field.size === 1) view.setUint8(at, valueOf(field, place));
      else if (field.size === 2) view.setUint16(at, valueOf(field, place), true);
      else if (field.size === 4) view.setUint32(at, valueOf(field, place), true);
      else view.setFloat64(at, valueOf(field, place), true);
    });
    const columns = Object.entries<ArrayLike<number>>(
      columnsOf({ buffer: view.buffer, at: 0, room, length: 2, copied: false }) as never,
    );
    for (const [name, column] of columns) {
      const place = fields.findIndex((each) => each.name === name);
      const { type, size } = fields[place] as Field;
      expect([name, column[row]]).toEqual([name, valueOf({ size } as Field, place)]);
      expect(column.constructor.name).toBe(TYPES[type]);
    }
    expect(columns.length).toBe(count);
  });

  it("where a handshake has its first retry", () => {
    const { offset } = accessorsOf("handshake").find(({ name }) => name === "firstRetry") ?? {};
    expect(offset).toBe(handshake.FIRST_RETRY);
  });

  it("a retry", () => {
    const fields = fieldsOf("handshakes", "Retry");
    expect(handshake.RETRY_STRIDE).toBe(Math.ceil(sizeOf(fields) / 8) * 8);
    const at = Object.fromEntries(fields.map(({ name, offset }) => [name, offset]));
    expect(at).toMatchObject({
      time: 0,
      frame: 4 * handshake.RETRY_FRAME,
      tsval: 4 * handshake.RETRY_TSVAL,
      next: 4 * handshake.NEXT_RETRY,
    });
  });

  it("a connection", () => {
    const numbers = numbersIn("wasm/pcap/connections.ts");
    const common = fieldsOf("connections", "Connection");
    const side = fieldsOf("connections", "Side");
    expect([common.length, side.length]).toEqual([14, 8]);
    const wanted = { ...places(common, state), ...places(side, state) };
    expect(only(state, wanted)).toEqual(wanted);
    expect(Object.keys(wanted).length).toBe(22);
    const { STRIDE, OF_CLIENT, OF_SERVER, WINDOWS } = state;
    const bytes = {
      STRIDE: 4 * STRIDE,
      OF_CLIENT: 4 * OF_CLIENT,
      OF_SERVER: 4 * OF_SERVER,
      WINDOWS: 4 * WINDOWS,
    };
    expect(only(numbers, bytes)).toEqual(bytes);
    expect(sizeOf(common)).toBeLessThanOrEqual(4 * OF_CLIENT);
  });

  it("what went wrong with a connection", () => {
    const numbers = numbersIn("wasm/pcap/troubles.ts");
    const side = fieldsOf("troubles", "Trouble");
    const common = fieldsOf("troubles", "Common");
    expect([side.length, common.length]).toEqual([19, 5]);
    const wanted = { ...places(side, trouble), ...places(common, trouble, numbers["COMMON"]) };
    expect(only(trouble, wanted)).toEqual(wanted);
    expect(Object.keys(wanted).length).toBe(24);
    expect(only(numbers, { STRIDE: 0, SIDE: 0, HOLE: 0, HOLES: 0 })).toEqual({
      STRIDE: 4 * trouble.TROUBLE_STRIDE,
      SIDE: 4 * trouble.SIDE,
      HOLE: 4 * trouble.HOLE,
      HOLES: trouble.HOLES,
    });
    expect(sizeOf(side)).toBe(4 * trouble.HOLE);
  });

  it("the packet at hand and the timeline", () => {
    const core = numbersIn("src/pcap/core.ts");
    const packet = fieldsOf("packet", "Packet");
    const wanted = places(packet, core);
    expect(only(core, wanted)).toEqual(wanted);
    expect(Object.keys(wanted).length).toBe(20);
    expect(core).toMatchObject({
      PACKET_AT: numbersIn("wasm/pcap/packet.ts")["PACKET_AT"],
      TIMELINE_AT: numbersIn("wasm/pcap/timeline.ts")["TIMELINE_AT"],
    });
    expect(sizeOf(packet)).toBeLessThanOrEqual((core["TIMELINE_AT"] ?? 0) - (core["PACKET_AT"] ?? 0));
    const timeline = numbersIn("src/pcap/timeline.ts");
    const numbers = fieldsOf("timeline", "Timeline").map(({ name }) => upper(name));
    expect(numbers.map((name) => timeline[name])).toEqual(numbers.map((_, place) => place));
    expect(timeline["TIMELINE_NUMBERS"]).toBe(numbers.length);
  });

  it("numbers that stand for something", () => {
    const named = (numbers: Record<string, number>) =>
      Object.fromEntries(Object.entries(numbers).map(([name, value]) => [upper(name), value]));
    const ofHandshakes = numbersIn("wasm/pcap/handshakes.ts");
    const { UNDECIDED, ANSWERED, ANSWERED_LATE, REFUSED, ICMP, CHALLENGE_ACK, ANSWER_UNSEEN, UNANSWERED } =
      named(Outcome);
    const wanted = {
      UNDECIDED,
      ANSWERED,
      ANSWERED_LATE,
      REFUSED,
      BY_ICMP: ICMP,
      CHALLENGE_ACK,
      ANSWER_UNSEEN,
      UNANSWERED,
      BY_SERVER: Reset.byServer,
      BY_CLIENT: Reset.byClient,
      ...named(Seen),
    };
    expect(only(ofHandshakes, wanted)).toEqual(wanted);
    const ofConnections = numbersIn("wasm/pcap/connections.ts");
    const bits = named({ ...State, ...state.Mark });
    const shared = only(bits, ofConnections);
    expect(only(ofConnections, shared)).toEqual(shared);
    expect(Object.keys(shared).length).toBe(13);
    const { BY_SERVER, BY_CLIENT } = numbersIn("wasm/pcap/troubles.ts");
    expect([BY_SERVER, BY_CLIENT]).toEqual([Reset.byServer, Reset.byClient]);
  });
});
