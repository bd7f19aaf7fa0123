import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "dns/upstream-errors";
const line = (server: string, why = "i/o timeout") =>
  `[ERROR] plugin/errors: 2 db.example. A: read udp 10.244.0.5:4001->${server}:53: ${why}\n`;

describe(RULE, () => {
  it("names the server and the names that were asked for, whatever wraps the lines", async () => {
    const text = line("10.0.0.2").repeat(4);
    const cri = text.replaceAll(/^/gm, "2024-05-01T10:00:00.1Z stdout F ").replace(/\S+ stdout F $/, "");
    for (const log of [text, cri]) {
      const finding = findingOf(await analyzeFiles({ "coredns.log": log }), RULE);
      expect(finding.summary).toBe("CoreDNS logged 4 failures at 10.0.0.2, for db.example among others.");
      expect(finding.evidence[0]?.where).toEqual({ line: 1 });
    }
  });

  it("is silent about a failure or two, and about what isn't CoreDNS's", async () => {
    expect((await analyzeFiles({ "coredns.log": line("10.0.0.2").repeat(2) })).findings).toEqual([]);
    const other = `${"read udp 10.0.0.1:5->10.0.0.2:53: i/o timeout\n".repeat(9)}uname\n`;
    await expect(analyzeFiles({ "app.log": other })).rejects.toMatchObject({ code: "nothing-readable" });
  });

  it("tells each server by itself", async () => {
    const log = [
      ...Array.from({ length: 3 }, () => line("10.0.0.2")),
      line("10.0.0.3", "read: connection refused").repeat(3),
    ];
    const report = await analyzeFiles({ "coredns.log": log.join("") });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).subject["count"]).toBe(2);
  });
});
