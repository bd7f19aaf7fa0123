// All that a capture tells, as plain data: columns are getters of the tables' classes, which a spread or JSON would leave out.
import type { Capture } from "../../src/pcap/index.ts";

/** The names of what an object holds, its own and those that its classes give by getters. */
function namesOf(value: object): string[] {
  const names = new Set(Object.keys(value));
  for (
    let type: object | null = Object.getPrototypeOf(value) as object | null;
    type !== null && type !== Object.prototype;
    type = Object.getPrototypeOf(type) as object | null
  )
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(type)))
      if (descriptor.get !== undefined) names.add(name);
  return [...names].toSorted();
}

/** An object's data, deeply; of typed arrays the numbers. */
export function plainOf(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return Array.from(value, plainOf);
  if (typeof value !== "object" || value === null) return value;
  const entries = namesOf(value).map((name) => [name, (value as Record<string, unknown>)[name]] as const);
  return Object.fromEntries(
    entries.filter(([, each]) => typeof each !== "function").map(([name, each]) => [name, plainOf(each)]),
  );
}

/** A table's columns as lists. */
export const columnsOf = (table: object): [name: string, column: number[]][] =>
  namesOf(table).flatMap((name) => {
    const column = (table as Record<string, unknown>)[name];
    return ArrayBuffer.isView(column) ? [[name, Array.from(column as Float64Array)]] : [];
  });

/** Everything; `without` names what is left out of the capture itself. */
export function told(capture: Capture, without: readonly (keyof Capture)[] = []): Record<string, unknown> {
  const { handshakes, dns } = capture;
  const all = plainOf(capture) as Record<string, unknown>;
  for (const name of without) delete all[name];
  return {
    ...all,
    // Without the clock that reads their times.
    interfaces: capture.interfaces.map(({ name, filter, addresses, linkType, snaplen, dropped }) => ({
      name,
      filter,
      addresses,
      linkType,
      snaplen,
      dropped,
    })),
    tries: Array.from(handshakes.outcome, (_, row) => handshakes.tries(row)),
    names: Array.from(dns.name, (name) => dns.nameOf(name)),
  };
}
