import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/rules/index.ts";
import { analyzeFiles } from "./case.ts";

/** Real captures of every cause that a capture alone makes likely, and of their rivals. */
const FOLDERS = ["test/fixtures/pcap", "test/fixtures/tcp", "test/fixtures/rivals"];
const LARGEST = 120_000;
const CAPTURES = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) =>
      /^(?:tcp|dns|conn|encap|ipv6|path|routing|zero|un|lossy|hung|cut|dead|traced)/.test(name),
    )
    .filter((name) => name.endsWith(".pcap"))
    .map((name) => [name, new Uint8Array(readFileSync(`${folder}/${name}`))] as const)
    .filter(([, { length }]) => length < LARGEST),
);
const HEALTHY = new Uint8Array(readFileSync("test/fixtures/pcap/dns_baseline.pod.pcap"));
const HEADER = 24;

/** The records of a classic capture of this machine's byte order, headers and all. */
function recordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const records: Uint8Array[] = [];
  for (let at = HEADER; at + 16 <= file.length;) {
    const end = at + 16 + view.getUint32(at + 8, true);
    records.push(file.subarray(at, end));
    at = end;
  }
  return records;
}

const fileOf = (file: Uint8Array, records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat([file.subarray(0, HEADER), ...records]));

/** The record, so many seconds later. */
function later(record: Uint8Array, seconds: number): Uint8Array {
  const moved = Uint8Array.from(record);
  const view = new DataView(moved.buffer);
  view.setUint32(0, view.getUint32(0, true) + seconds, true);
  return moved;
}

const findingsOf = async (files: Record<string, Uint8Array>): Promise<readonly Finding[]> =>
  (await analyzeFiles(files)).findings;
const wordsOf = (findings: readonly Finding[]): string[] =>
  findings.map(({ rule, verdict, summary }) => `${verdict} ${rule}: ${summary}`);
const causesOf = (findings: readonly Finding[]): Set<string> =>
  new Set(
    findings.flatMap(({ rule, verdict, kind }) =>
      kind === "cause" && verdict !== "possible" && verdict !== "ruled-out" ? [rule] : [],
    ),
  );

describe.each(CAPTURES)("%s", (_, file) => {
  const records = recordsOf(file);

  it("says the same compressed, at another time, and beside another host's", async () => {
    const words = wordsOf(await findingsOf({ "a.pcap": file }));
    expect(wordsOf(await findingsOf({ "a.pcap": gzipSync(file) }))).toEqual(words);
    const shifted = fileOf(
      file,
      records.map((record) => later(record, 34_560_000)),
    );
    expect(wordsOf(await findingsOf({ "a.pcap": shifted }))).toEqual(words);
    const beside = { "x/node-b/a.pcap": HEALTHY, "x/node-a/a.pcap": file };
    expect(wordsOf(await findingsOf(beside))).toEqual(words);
  });

  it("names no cause more where its end or its beginning is cut off", async () => {
    const causes = causesOf(await findingsOf({ "a.pcap": file }));
    for (let part = 1; part < 8; part++) {
      const at = Math.floor((records.length * part) / 8);
      for (const cut of [records.slice(0, at), records.slice(at)]) {
        const found = causesOf(await findingsOf({ "a.pcap": fileOf(file, cut) }));
        expect([...found].filter((rule) => !causes.has(rule))).toEqual([]);
      }
    }
  });
});
