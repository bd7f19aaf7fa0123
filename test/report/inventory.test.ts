import { describe, expect, it } from "vitest";
import { inventory } from "../../src/analyze.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { renderInventory } from "../../src/report/index.ts";
import { RULES, needsOf } from "../../src/rules/index.ts";

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
    expect(text).toContain("tcp on node-a, node-b");
    expect(text).not.toContain("WOULD DECIDE");
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
