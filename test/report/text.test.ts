import { describe, expect, it } from "vitest";
import type { Report } from "../../src/report/index.ts";
import { printable, printableJson, renderJson, renderText } from "../../src/report/index.ts";
import type { Finding } from "../../src/rules/index.ts";

const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: "tcp/tw-recycle-nat",
  kind: "cause",
  verdict: "confirmed",
  host: "node-b",
  subject: { kind: "listener", name: "10.0.0.1:80", address: "10.0.0.1", port: 80 },
  title: "a title",
  summary: "A paragraph with numbers.",
  evidence: [
    { effect: "supports", text: "what it says", artifact: "b/x.pcap", where: { frames: [1, 2] } },
    { effect: "contradicts", text: "what speaks against", artifact: "b/y" },
  ],
  missing: [{ text: "would tell", command: "uname -r" }],
  remedy: ["do this"],
  references: ["https://example.org"],
  explains: ["tcp/syn-unanswered"],
  weight: 3,
  ...more,
});
const report = (...findings: Finding[]): Report => ({
  schema: "inquest/report@1",
  artifacts: [{ path: "b/x.pcap", kind: "pcap", host: "node-b", baseline: false, status: "read" }],
  findings,
});

describe("text report", () => {
  it("leads with the answer and shows evidence for and against", () => {
    const text = renderText(report(finding()));
    expect(text.split("\n")[0]).toBe("Confirmed: tcp/tw-recycle-nat.");
    expect(text).toContain("evidence  what it says (b/x.pcap, frames 1, 2)");
    expect(text).toContain("against   what speaks against (b/y)");
    expect(text).toContain("node-b: listener 10.0.0.1:80 · explains tcp/syn-unanswered");
  });

  it("asks for what is missing while a cause is open, not once it is confirmed", () => {
    expect(renderText(report(finding()))).not.toContain("ask for");
    expect(renderText(report(finding({ verdict: "likely" })))).toContain("ask for   would tell: uname -r");
  });

  it("says why a rival is ruled out, and what a symptom's causes are", () => {
    const rival = finding({ rule: "tcp/other", verdict: "ruled-out", summary: "Not so that it is: 0." });
    const differential = [{ rule: "tcp/other", verdict: "ruled-out" }] as const;
    const symptom = finding({ rule: "tcp/syn-unanswered", kind: "symptom", explains: [], differential });
    const text = renderText(report(symptom, rival));
    expect(text).toContain("RULED OUT\n  tcp/other  Not so that it is: 0.");
    expect(text).toContain("causes    all that are known are ruled out: tcp/other ruled-out");
    expect(text.split("\n")[0]).toBe("Seen: tcp/syn-unanswered. No known cause explains it.");
  });

  it("does not ask for the cause of what names its own", () => {
    const seen = (rule: string, more: Partial<Finding>) =>
      finding({ rule, kind: "symptom", explains: [], differential: [], ...more });
    const own = seen("kube/image-pull", { namesItsCause: true });
    const text = renderText(report(own));
    expect(text.split("\n")[0]).toBe("Seen: kube/image-pull.");
    expect(text).toContain("causes    it says itself why");
    const both = renderText(report(own, seen("proc/uninterruptible", {})));
    expect(both.split("\n")[0]).toBe(
      "Seen: kube/image-pull, proc/uninterruptible. No known cause explains proc/uninterruptible.",
    );
  });

  it("says what would decide between the causes that lead", () => {
    const decide = { text: "would tell", command: "uname -r", between: ["tcp/one", "tcp/two"] };
    const symptom = finding({ rule: "tcp/syn-unanswered", kind: "symptom", explains: [], decide });
    expect(renderText(report(symptom))).toContain(
      "decide by between tcp/one and tcp/two: would tell: uname -r",
    );
  });

  it("is short about what a confirmed cause leaves possible, and at length where nothing is confirmed", () => {
    const open = finding({ rule: "tcp/other", verdict: "possible", summary: "It may be." });
    const symptom = (verdict: "confirmed" | "likely"): Finding => {
      const differential = [
        { rule: "tcp/tw-recycle-nat", verdict },
        { rule: "tcp/other", verdict: "possible" as const },
      ];
      return finding({ rule: "tcp/syn-unanswered", kind: "symptom", explains: [], differential });
    };
    const short =
      "STILL POSSIBLE, BESIDE A CONFIRMED CAUSE\n  tcp/other  It may be. To tell: would tell: uname -r";
    expect(renderText(report(finding(), symptom("confirmed"), open))).toContain(short);
    expect(renderText(report(finding(), symptom("likely"), open))).toContain("POSSIBLE  tcp/other  a title");
    // Of another listener it says nothing.
    const elsewhere = { ...open, subject: { kind: "listener", name: "10.0.0.2:80" } };
    expect(renderText(report(finding(), symptom("confirmed"), elsewhere))).not.toContain("STILL POSSIBLE");
  });

  it("tells once why several artifacts could not be read, those read in part first", () => {
    const bad = (path: string, status: "partial" | "unread", reason: string) =>
      ({ path, kind: "unknown", host: null, baseline: false, status, reason }) as const;
    const unknown = ["1", "2", "3", "4", "5"].map((path) => bad(path, "unread", "not known"));
    const failed = ["a", "b"].map((pod) => bad(pod, "unread", `pod "${pod}" not found`));
    const artifacts = [...unknown, ...failed, bad("6", "unread", "empty"), bad("7", "partial", "it was cut")];
    expect(renderText({ ...report(), artifacts })).toContain(
      'NOT READ, OR NOT WHOLLY\n  in part: it was cut: 7\n  empty: 6\n  pod "…" not found: a, b\n  not known: 1, 2, 3 and 2 more\n',
    );
  });

  it("names what could not be read", () => {
    const damaged = {
      path: "b/z",
      kind: "unknown",
      host: null,
      baseline: false,
      status: "unread",
      reason: "empty",
    } as const;
    expect(renderText({ ...report(), artifacts: [damaged] })).toContain("  empty: b/z");
  });

  it("lets nothing from an artifact act on the terminal", () => {
    const evil = "\u001b[2J\u009b31m\u202ex\r\ny\u0007";
    const text = renderText(
      report(
        finding({
          verdict: "likely",
          summary: evil,
          title: evil,
          host: evil,
          subject: { kind: "x", name: evil },
          missing: [{ text: evil, command: evil }],
          remedy: [evil],
        }),
      ),
    );
    // eslint-disable-next-line no-control-regex
    expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(printable("\u001b[0m")).toBe("\\u001b[0m");
    expect(printable("a\u{e0041}b\u061cc")).toBe("a\\udb40\\udc41b\\u061cc");
  });

  it("writes JSON that parses to the same and is safe to print", () => {
    const value = { text: "\u009b31m \u202e \n\t \u007f \u{e0041}" };
    expect(JSON.parse(printableJson(value))).toEqual(value);
    expect(printableJson(value)).not.toMatch(/[\u007f-\u009f\u202e]/);
    const one = report(finding());
    expect(JSON.parse(renderJson(one))).toEqual(one);
  });
});
