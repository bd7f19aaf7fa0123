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
    { effect: "contradicts", text: "what speaks against", artifact: "b/y", where: {} },
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
    expect(text.indexOf("remedy")).toBeLessThan(text.indexOf("evidence"));
    expect(text).toContain("against   what speaks against (b/y)");
    expect(text).toContain("node-b: listener 10.0.0.1:80 · explains tcp/syn-unanswered");
  });

  it("counts what it was compared with by itself", () => {
    const artifact = (path: string, host: string, baseline: boolean) =>
      ({ path, kind: "x", host, baseline, status: "read" }) as const;
    const artifacts = [
      artifact("sick/a/1", "node-a", false),
      artifact("sick/a/2", "node-a", false),
      artifact("well/b/1", "node-b", true),
    ];
    const [, own, before] = renderText({ ...report(finding()), artifacts }).split("\n");
    expect(own).toBe("2 artifacts below sick/a/ · all read · host node-a");
    expect(before).toBe("compared with 1 artifact · read · host node-b");
  });

  it("asks for what is missing while a cause is open, not once it is confirmed", () => {
    expect(renderText(report(finding()))).not.toContain("COLLECT NEXT");
    expect(renderText(report(finding({ verdict: "likely" })))).toContain(
      "COLLECT NEXT\n  uname -r\n      on node-b: would tell; tells more of tcp/tw-recycle-nat\n",
    );
  });

  it("asks for each command once, what decides first, and fills in the names of its subject", () => {
    const command = "kubectl -n NAMESPACE describe pod POD";
    const subject = { kind: "pod", name: "shop/web", namespace: "shop", pod: "web" };
    const one = finding({ verdict: "likely", host: null, subject, missing: [{ text: "events", command }] });
    const decide = { text: "events", command, between: ["kube/a", "kube/b"] };
    const symptom = finding({
      rule: "kube/s",
      kind: "symptom",
      host: null,
      subject,
      missing: [{ text: "other", command: "kubectl get nodes" }],
      decide,
    });
    expect(renderText(report(symptom, one, { ...one, rule: "kube/c" }))).toContain(
      "COLLECT NEXT\n  kubectl -n shop describe pod web\n      events; decides between kube/a and kube/b\n" +
        "  kubectl get nodes\n      other; tells more of kube/s\n",
    );
  });

  it("lets no name of an artifact into a command that a shell would act upon", () => {
    const subject = {
      kind: "pod",
      name: "x",
      namespace: "$(reboot)",
      pod: "a;b",
      pid: "1 2",
      container: "`x`",
    };
    const command = "kubectl -n NAMESPACE exec POD -c CONTAINER -- cat /proc/PID/stack";
    const text = renderText(
      report(finding({ verdict: "likely", subject, missing: [{ text: "t", command }] })),
    );
    expect(text).toContain(`\n  ${command}\n`);
  });

  it("tells an explained symptom by what it is, without what its cause cites, and the rest of its evidence", () => {
    const cites = [
      { effect: "supports", text: "cited by the cause, too", artifact: "b/x", where: { line: 3 } },
      { effect: "supports", text: "its own", artifact: "b/x", where: { line: 4 } },
    ] as const;
    const symptom = finding({
      rule: "tcp/syn-unanswered",
      kind: "symptom",
      explains: [],
      evidence: cites,
      differential: [{ rule: "tcp/tw-recycle-nat", verdict: "confirmed", share: { n: 2, total: 3 } }],
      unexplained: { n: 1, total: 3 },
    });
    const cause = finding({
      evidence: [{ effect: "supports", text: "other words", artifact: "b/x", where: { line: 3 } }],
    });
    expect(renderText(report(cause, symptom))).toContain(
      "SEEN  tcp/syn-unanswered  a title\n" +
        "  node-b: listener 10.0.0.1:80 · explained by tcp/tw-recycle-nat (2 of 3) · 1 of 3 unexplained\n" +
        "  A paragraph with numbers.\n" +
        "  evidence  its own (b/x:4)\n",
    );
  });

  it("tells a symptom in full where its cause is of a rule that was left out", () => {
    const differential = [{ rule: "tcp/other", verdict: "likely" }] as const;
    const text = renderText(report(finding({ rule: "tcp/s", kind: "symptom", explains: [], differential })));
    expect(text.split("\n")[0]).toBe("Seen: tcp/s.");
    expect(text).toContain("likely explained by tcp/other\n");
    expect(text).toContain("remedy    do this");
  });

  it("is short about a cause that nothing speaks for or against, and leaves its question to the others", () => {
    const open = finding({ rule: "tcp/other", verdict: "possible", summary: "It may be.", evidence: [] });
    const text = renderText(report(finding({ kind: "symptom", explains: [] }), open));
    expect(text).toContain("POSSIBLE, WITH NOTHING THAT TELLS\n  tcp/other  It may be.\n");
    expect(text.match(/uname -r/g)).toHaveLength(1);
  });

  it("tells once what several hosts have alike, and each where they differ", () => {
    const on = (host: string, more: Partial<Finding> = {}) =>
      finding({ host, summary: `${host} had 12 drops.`, subject: { kind: "node", name: host }, ...more });
    const alike = renderText(report(on("a1"), on("a2"), on("a3", { summary: "a3 had 9 drops." })));
    expect(alike).toContain("  a1 had 12 drops.\n  The same on 2 more hosts: a2, a3.\n");
    expect(alike.match(/CONFIRMED/g)).toHaveLength(1);
    expect(alike.match(/do this/g)).toHaveLength(1);
    const other = renderText(report(on("a1"), on("a2", { summary: "a2 is full." })));
    expect(other).toContain("a1 had 12 drops.");
    expect(other).toContain("a2 is full.");
    expect(other.match(/do this/g)).toHaveLength(1);
  });

  it("begins with what to do about each of several troubles", () => {
    const disk = finding({
      rule: "node/disk-full",
      host: "node-c",
      subject: { kind: "filesystem", name: "/var" },
      title: "the disk is full",
      remedy: ["Make room. Then find out more."],
    });
    const open = finding({
      rule: "tcp/s",
      kind: "symptom",
      differential: [{ rule: "tcp/x", verdict: "possible" }],
      decide: { text: "rules", command: "iptables-save -c", between: ["tcp/x"] },
    });
    const text = renderText(report(disk, open));
    expect(text.split("\n")[0]).toBe(
      "Confirmed: node/disk-full. Seen too: tcp/s. No cause of it is decided yet.",
    );
    expect(text).toContain(
      "AT A GLANCE\n  the disk is full (node/disk-full, confirmed): node-c: file system /var\n    → Make room.\n" +
        "  a title (tcp/s, seen): node-b: listener 10.0.0.1:80\n    → Next on node-b: iptables-save -c\n",
    );
  });

  it("begins with no remedy that ends in the colon of its commands", () => {
    const two = [finding(), finding({ rule: "kube/x", remedy: ["Delete them:", "kubectl delete …"] })];
    expect(renderText(report(...two))).toContain("    → Delete them.\n");
  });

  it("names places shortly: from the folder that all lie in, lines behind a colon, alike ones together", () => {
    const at = (line: number) =>
      ({ effect: "supports", text: "dropped.", artifact: "in/b/log", where: { line } }) as const;
    const task = {
      effect: "supports",
      text: "cat (7) waits",
      artifact: "in/b/proc/7/stack",
      where: { line: 1, pid: 7 },
    } as const;
    const artifacts = ["in/b/log", "in/b/proc/7/stack"].map(
      (path) => ({ path, kind: "x", host: null, baseline: false, status: "read" }) as const,
    );
    const text = renderText({ ...report(finding({ evidence: [at(1), at(5), task] })), artifacts });
    expect(text).toContain("2 artifacts below in/b/ · all read");
    expect(text).toContain("evidence  dropped (log:1, 5)\n            cat (7) waits (proc/7/stack:1)\n");
  });

  it("names the tasks of a wait, or what they wait for, and not the kernel's word for the place", () => {
    const wait = { kind: "fuse-wait", name: "fuse", waitsFor: "a reply" };
    expect(renderText(report(finding({ subject: wait })))).toContain(
      "node-b: tasks that wait for a reply · ",
    );
    const tasks = ["a (1)", "b (2)", "c (3)", "d (4)", "e (5)"];
    expect(renderText(report(finding({ subject: { ...wait, tasks } })))).toContain(
      "node-b: a (1), b (2), c (3) and 2 more tasks · ",
    );
  });

  it("says of a healthy bundle what was looked at, and what could not be judged", () => {
    const lack = {
      text: "the kernel log",
      command: "dmesg -T",
      hosts: ["node-b"],
      rules: ["node/a", "node/b"],
    };
    const artifact = {
      path: "b/df",
      kind: "df",
      host: "node-b",
      baseline: false,
      status: "read",
    } as const;
    const healthy = { ...report(), artifacts: [artifact], unjudged: [lack] };
    expect(renderText(healthy)).toBe(
      "No symptom was seen in what could be read.\n1 artifact · read · host node-b\n\n" +
        "LOOKED AT\n  how full the disks are\n\n" +
        "NOT JUDGED, FOR LACK OF\n  the kernel log: 2 symptoms\n  inquest inventory prints the commands that collect them.\n",
    );
    expect(renderText({ ...report(finding()), unjudged: [lack] })).toContain(
      "\nNot judged for lack of artifacts: 2 symptoms. inquest inventory names what would show them.\n",
    );
  });

  it("says why a rival is ruled out, and what a symptom's causes are", () => {
    const rival = finding({ rule: "tcp/other", verdict: "ruled-out", summary: "Not so that it is: 0." });
    const differential = [{ rule: "tcp/other", verdict: "ruled-out" }] as const;
    const symptom = finding({ rule: "tcp/syn-unanswered", kind: "symptom", explains: [], differential });
    const text = renderText(report(symptom, rival));
    expect(text).toContain("RULED OUT\n  tcp/other  Not so that it is: 0.");
    expect(text).toContain("causes    all that are known are ruled out: tcp/other");
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
