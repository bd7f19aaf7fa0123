import { readFileSync } from "node:fs";
import type { Report } from "../../../src/report/index.ts";
import { analyzeFiles } from "../case.ts";
import type { Attempt, Timed } from "../packets.ts";
import { attempt } from "../packets.ts";

/** The files of a node of test/fixtures/ipvs. */
export function nodeOf(fixture: string, ...names: readonly string[]): Record<string, string | Uint8Array> {
  return Object.fromEntries(
    names.map((name) => {
      const file = readFileSync(`test/fixtures/ipvs/${fixture}/node-a/${name}`);
      return [name, name.endsWith(".pcap") ? new Uint8Array(file) : file.toString()];
    }),
  );
}

/** A case of that node. */
export const onNode = (files: Record<string, string | Uint8Array>): Promise<Report> =>
  analyzeFiles(Object.fromEntries(Object.entries(files).map(([name, file]) => [`b/node-a/${name}`, file])));

export const VIP = "10.96.44.7:8080";
export const kernel = (release: string): string => `Linux node-a ${release} #1 SMP x86_64 GNU/Linux\n`;

/** Connections of another client, one every two seconds, that are served at once. */
export const calm = (count: number, from: number): Timed[] =>
  Array.from({ length: count }, (_, i): Attempt => ({
    time: from + i * 2,
    from: `10.244.1.6:${50000 + i}`,
    to: VIP,
    outcome: "answered",
  })).flatMap(attempt);
