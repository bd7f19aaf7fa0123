import type { Profile } from "../../src/pprof/index.ts";
import { range } from "./resolved.ts";

/**
 * What `go tool pprof -raw` of Go 1.19 prints from "Samples:" on, without the marks of mappings that we don't keep.
 * pprof leaves out samples without a stack and of nothing but zeros, and numbers the locations of the others anew.
 */
export function raw(profile: Profile): string {
  const { mappings, functions, locations, lines, samples, labels } = profile;
  const string = (index: number | undefined) => profile.string(index ?? 0);
  const defaultType = profile.string(profile.defaultSampleType);
  const out = [
    "Samples:",
    profile.sampleTypes
      .map(
        ({ type, unit }) => `${string(type)}/${string(unit)}${defaultType === string(type) ? "[dflt]" : ""}`,
      )
      .join(" "),
  ];
  const numbers = new Map<number, number>();
  const numberOf = (location: number) => {
    const number = numbers.get(location) ?? numbers.size + 1;
    numbers.set(location, number);
    return number;
  };
  for (let row = 0; row < samples.count; row++) {
    if (samples.stackStart[row] === samples.stackStart[row + 1]) continue;
    if (samples.values.every((column) => column.numbers[row] === 0)) continue;
    const values = samples.values.map((column) => ` ${String(column.bigint(row)).padStart(10)}`).join("");
    const stack = samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1]);
    out.push(`${values}: ${Array.from(stack, (location) => `${numberOf(location)} `).join("")}`);
    const own = range(labels.start[row], labels.start[row + 1]);
    for (const isText of [true, false]) {
      const texts = own
        .filter((label) => (labels.str[label] !== 0) === isText)
        .map(
          (label) =>
            `${string(labels.key[label])}:[${isText ? string(labels.str[label]) : labels.num.bigint(label)}]`,
        );
      if (texts.length > 0) out.push(" ".repeat(16) + texts.sort().join(" "));
    }
  }
  out.push("Locations");
  for (const [row, number] of numbers) {
    const mapping = locations.mapping[row];
    const address = `0x${(locations.address[row] ?? 0n).toString(16)}`;
    let head = `${String(number).padStart(6)}: ${address} ${mapping === 0 ? "" : `M=${mapping} `}`;
    const own = range(locations.lineStart[row], locations.lineStart[row + 1]);
    if (own.length === 0) out.push(head);
    for (const line of own) {
      const f = lines.function[line] ?? 0;
      const [name, system] = [string(functions.name[f]), string(functions.systemName[f])];
      const place = `${string(functions.filename[f])}:${lines.line[line]} s=${functions.startLine[f]}`;
      out.push(`${head}${name} ${place}${name === system ? "" : `(${system})`}`);
      head = " ".repeat(13);
    }
  }
  out.push("Mappings");
  // pprof leaves out mappings that no location is in, but for the first.
  for (const row of range(1, mappings.count).filter((row) => row === 1 || locations.mapping.includes(row))) {
    const [start, limit, offset] = [mappings.start, mappings.limit, mappings.offset].map(
      (column) => `0x${(column[row] ?? 0n).toString(16)}`,
    );
    out.push(
      `${row}: ${start}/${limit}/${offset} ${string(mappings.file[row])} ${string(mappings.buildId[row])} `,
    );
  }
  return `${out.join("\n")}\n`;
}
