// Compares every frame with what tshark 4.0 says of it. `test/fixtures/pcap/make.sh` makes the goldens.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packets } from "../../src/pcap/index.ts";
import { fixture, fixturePath } from "./fixtures.ts";
import { golden, likeTheirs, ours, theirs } from "./tshark.ts";

const names = readdirSync(fixturePath("."));
const withText = names.filter((name) => name.endsWith(".tsv")).map((name) => name.slice(0, -4));
const withHash = names.filter((name) => name.endsWith(".sha256")).map((name) => name.slice(0, -7));

describe("every frame as tshark sees it", () => {
  it.each(withText)("%s", (name) => {
    const expected = golden(fixturePath(`${name}.tsv`)).map(theirs);
    const actual = [...packets(fixture(name))].length;
    expect(actual).toBe(expected.length);
    let at = 0;
    for (const packet of packets(fixture(name))) {
      const row = expected[at++] ?? {};
      expect(likeTheirs(ours(packet), row), `frame ${packet.frame}`).toEqual(row);
    }
  });

  it.each(withHash)("%s, by its hash", (name) => {
    const columns = [
      "frame.number",
      "frame.time_epoch",
      "from",
      "to",
      "ip.id",
      "tcp.srcport",
      "tcp.dstport",
      "tcp.flags",
      "tcp.seq_raw",
      "tcp.ack_raw",
      "tcp.options.timestamp.tsval",
      "tcp.options.mss_val",
    ];
    const head = columns.map((column) =>
      column === "from" ? "ip.src" : column === "to" ? "ip.dst" : column,
    );
    let text = `${head.join("\t")}\n`;
    for (const packet of packets(fixture(name))) {
      const row = ours(packet);
      text += `${columns.map((column) => row[column] ?? "").join("\t")}\n`;
    }
    const expected = readFileSync(fixturePath(`${name}.sha256`), "utf8").trim();
    expect(createHash("sha256").update(text).digest("hex")).toBe(expected);
  });
});
