// Compares every DNS message with what tshark 4.0 says of it. `test/fixtures/pcap/make.sh` makes the goldens.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DnsTable, Transport } from "../../src/pcap/index.ts";
import { captureOf, fixturePath } from "./fixtures.ts";

const names = readdirSync(fixturePath("."))
  .filter((name) => name.endsWith(".pcap.dns"))
  .map((name) => name.slice(0, -".pcap.dns".length));

/** A message as a line: its transport, id, what it asks, and of an answer its code, bit TC and count. */
const line = (transport: string, id: number, question: string, answer: string) =>
  `${transport} 0x${id.toString(16).padStart(4, "0")} ${question} ${answer}`;

interface Theirs {
  readonly frame: number;
  readonly text: string;
  readonly isAnswer: boolean;
}

function golden(name: string): Theirs[] {
  const rows = readFileSync(fixturePath(`${name}.pcap.dns`), "utf8")
    .replace(/\n$/, "")
    .split("\n");
  return rows.map((row) => {
    const [frame, protocols = "", id, response, code, truncated, type, queried = "", count, size] =
      row.split("\t");
    const isAnswer = response === "1";
    const transport = protocols.includes(":tcp:") ? "tcp" : "udp";
    const told = isAnswer ? `${code} ${truncated} ${count}` : `edns ${size === "" ? "0" : size}`;
    const text = line(transport, Number(id), `${type} ${queried.toLowerCase()}`, told);
    return { frame: Number(frame), text, isAnswer };
  });
}

function queryOf(dns: DnsTable, row: number): string {
  return line(
    dns.transport[row] === Transport.tcp ? "tcp" : "udp",
    dns.id[row] ?? 0,
    `${dns.qtype[row]} ${dns.nameOf(dns.name[row] ?? 0)}`,
    `edns ${dns.ednsSize[row]}`,
  );
}

function answerOf(dns: DnsTable, row: number): string {
  const told = `${dns.rcode[row]} ${dns.truncated[row]} ${dns.answerCount[row]}`;
  return queryOf(dns, row).replace(/edns \d+$/, told);
}

describe("every DNS message as tshark sees it", () => {
  it.each(names)("%s", async (name) => {
    const { dns } = await captureOf(name);
    const messages = golden(name);
    const queries = new Map(messages.filter((m) => !m.isAnswer).map((m) => [m.frame, m.text]));
    const answers = new Map(messages.filter((m) => m.isAnswer).map((m) => [m.frame, m.text]));
    let seen = 0;
    for (const [row, frame] of dns.frame.entries()) {
      expect(queryOf(dns, row), `frame ${frame}`).toBe(queries.get(frame));
      seen += (dns.copies[row] ?? 0) + (dns.answerCopies[row] ?? 0);
      const answerFrame = dns.answerFrame[row] ?? 0;
      if (dns.rcode[row] === -1) continue;
      // A fragmented answer is told by its first frame or, put together, by its last.
      const expected = answers.get(answerFrame) ?? answers.get(answerFrame + 1);
      expect(answerOf(dns, row), `frame ${answerFrame}`).toBe(expected);
    }
    expect(seen).toBe(messages.length);
  });
});
