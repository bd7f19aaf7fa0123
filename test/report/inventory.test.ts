import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inventory } from "../../src/analyze.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { renderInventory } from "../../src/report/index.ts";
import { RULES, needsOf, parseRules } from "../../src/rules/index.ts";

const of = async (files: Record<string, string>) =>
  inventory(
    Object.entries(files).map(([name, text]) => ({ name, source: sourceOf(new TextEncoder().encode(text)) })),
  );

describe("inventory", () => {
  it("lists kinds by host, what is of the cluster, and what can't be read", async () => {
    const found = await of({
      "b/node-a/sysctl.txt": "vm.swappiness = 1\n",
      "b/node-a/uname.txt": "Linux node-a 5.4.0 #1 SMP\n",
      "b/node-b/sysctl.txt": "vm.swappiness = 1\n",
      "b/pods.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n",
      "b/notes.md": "what happened\n",
      "b/todo.md": "ask for more\n",
    });
    expect(found.hosts).toEqual([
      {
        host: "node-a",
        apart: false,
        kinds: [
          { kind: "sysctl", count: 1, partial: 0, paths: ["b/node-a/sysctl.txt"] },
          { kind: "uname", count: 1, partial: 0, paths: ["b/node-a/uname.txt"] },
        ],
      },
      {
        host: "node-b",
        apart: false,
        kinds: [{ kind: "sysctl", count: 1, partial: 0, paths: ["b/node-b/sysctl.txt"] }],
      },
    ]);
    expect(found.cluster.map(({ kind }) => kind)).toEqual(["kube-objects"]);
    expect(found.unread).toMatchObject([{ paths: ["b/notes.md", "b/todo.md"] }]);
  });

  it("says of each host which symptoms nothing in the bundle could show", async () => {
    const found = await of({
      "b/node-a/sysctl.txt": "vm.swappiness = 1\n",
      "b/node-b/sysctl.txt": "vm.swappiness = 1\n",
    });
    const captures = found.lacking.filter(({ area, text }) => area === "tcp" && text === "a packet capture");
    expect(captures.map(({ host }) => host)).toEqual(["node-a", "node-b"]);
    for (const { rules, command, isNear } of captures) {
      expect(rules).toContain("tcp/syn-unanswered");
      expect(command).toContain("tcpdump");
      expect(isNear).toBe(false);
    }
    const text = renderInventory(found);
    expect(text).toContain("\n  on node-a, node-b\n");
    const commands = text
      .split("\n")
      .filter((line) => /^ {6}(?:journalctl|dmesg|kubectl|tcpdump) /.test(line));
    expect(commands.length).toBeGreaterThan(4);
    expect(new Set(commands).size).toBe(commands.length);
    expect(text).not.toContain("WOULD DECIDE");
  });

  it("asks first for what only reads, where it would decide what was seen", () => {
    const lack = (text: string, command: string, rules: string[]) => ({
      host: "node-a",
      area: "tcp",
      text,
      command,
      rules,
      isNear: true,
    });
    const text = renderInventory({
      schema: "inquest/inventory@1",
      artifacts: [],
      collectors: [],
      hosts: [],
      cluster: [],
      unread: [],
      lacking: [
        lack("a capture", "tcpdump -w x", ["tcp/a", "tcp/b"]),
        lack("the rules", "iptables-save -c", ["tcp/a"]),
        { ...lack("the rules", "iptables-save -c", ["tcp/b"]), host: "node-b" },
        lack("the client's routes", "ip route", ["tcp/c"]),
      ],
    });
    expect(text).toBe(
      "0 artifacts, all read\n\nWOULD DECIDE WHAT WAS SEEN\n" +
        "    the client's routes: tcp/c\n      ip route\n" +
        "  on node-a, node-b\n    the rules: tcp/a, tcp/b\n      iptables-save -c\n" +
        "  on node-a\n    a capture: tcp/a, tcp/b\n      tcpdump -w x\n",
    );
  });

  it("asks for what would decide what the user's own rules saw in texts", async () => {
    const path = "samples/user-rules/till.yaml";
    const { rules } = parseRules(readFileSync(path, "utf8"), { path, known: RULES });
    const line = "payment 17 timed out after 3000 ms at pay-a.example\n";
    const source = sourceOf(new TextEncoder().encode(line.repeat(3)));
    const found = await inventory([{ name: "till-7/till.log", source }], { rules: [...RULES, ...rules] });
    const near = found.lacking.filter(({ isNear }) => isNear);
    expect(near.flatMap(({ rules: asked }) => asked)).toContain("till/conntrack-full");
  });

  it("says so where the bundle doesn't tell of which of two hosts something is", async () => {
    const found = await of({
      "b/1.txt": "Linux node-a 5.4.0 #1 SMP\n",
      "b/2.txt": "Linux node-b 5.4.0 #1 SMP\n",
      "b/sysctl.txt": "vm.swappiness = 1\n",
    });
    expect(found.hosts.map(({ host, apart }) => [host, apart])).toEqual([
      ["node-a", false],
      ["node-b", false],
      [null, true],
    ]);
    expect(renderInventory(found)).toContain("one of the hosts, which the bundle doesn't tell");
  });

  it("knows of every symptom what it is looked for in", () => {
    for (const rule of RULES) {
      const needs = rule.kind === "symptom" ? needsOf(rule) : { host: [rule.kind], cluster: [] };
      expect(needs.host.length + needs.cluster.length, rule.id).toBeGreaterThan(0);
    }
  });
});
