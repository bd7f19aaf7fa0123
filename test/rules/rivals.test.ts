import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles } from "./case.ts";

/** Real captures of conditions that look like another one's cause: what is said of them as sure or likely. */
const RIVALS: Record<string, readonly string[]> = {
  lossy_path: ["confirmed tcp/syn-unanswered"],
  hung_program: ["confirmed tcp/syn-unanswered"],
  cut_path: ["confirmed tcp/syn-unanswered"],
  dead_peer: ["confirmed tcp/retransmission-timeout"],
  traced_route: ["confirmed tcp/icmp-unreachable"],
  dns_lossy: ["confirmed dns/slow-lookup"],
  dns_redirected: ["confirmed dns/slow-lookup"],
  dns_slow_first: ["confirmed dns/slow-lookup"],
  dns_truncated: [],
};

describe("a rival's capture", () => {
  it.each(Object.entries(RIVALS))("%s names no other cause", async (name, expected) => {
    const pcap = new Uint8Array(readFileSync(`test/fixtures/rivals/${name}.pcap`));
    const { findings } = await analyzeFiles({ "client.pcap": pcap });
    const sure = findings.filter(({ verdict }) => verdict === "confirmed" || verdict === "likely");
    expect(sure.map(({ verdict, rule }) => `${verdict} ${rule}`)).toEqual(expected);
  });

  it("says what else a silence may be", async () => {
    const summaryOf = async (name: string): Promise<string> => {
      const pcap = new Uint8Array(readFileSync(`test/fixtures/rivals/${name}.pcap`));
      const { findings } = await analyzeFiles({ "client.pcap": pcap });
      return findings.find(({ rule }) => rule === "tcp/dead-backend")?.summary ?? "";
    };
    expect(await summaryOf("hung_program")).toContain("it may hang, with a full queue");
    expect(await summaryOf("cut_path")).toContain("the way there may be cut");
  });
});
