import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ClusterEvidence } from "../../src/evidence/index.ts";
import { parseKubeObjects } from "../../src/kube/index.ts";
import { analyzeFiles } from "./case.ts";

const RANK = ["confirmed", "likely", "possible", "ruled-out"];
const encoder = new TextEncoder();

/** What `kubectl get pods -A -o wide` would print of the pods in some YAML; ages don't matter. */
function tableOf(yaml: Uint8Array): string {
  const model = parseKubeObjects(yaml);
  const { pods } = new ClusterEvidence([
    {
      path: "p",
      kind: "kube-objects",
      host: null,
      baseline: false,
      status: "read",
      content: { kind: "kube-objects", model },
    },
  ]);
  const heads = "NAMESPACE|NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES".split("|");
  const rows = pods.map((pod) => {
    const status = pod.deletionTimestamp === undefined ? (pod.phase ?? "Running") : "Terminating";
    return [
      pod.namespace,
      pod.name,
      "1/1",
      status,
      "0",
      "5d",
      pod.addresses[0] ?? "<none>",
      pod.node ?? "<none>",
      "<none>",
      "<none>",
    ];
  });
  const widths = heads.map(
    (_, i) => Math.max(...[heads, ...rows].map((cells) => (cells[i] ?? "").length)) + 3,
  );
  return [heads, ...rows]
    .map(
      (cells) =>
        `${cells
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("")
          .trimEnd()}\n`,
    )
    .join("");
}

function filesIn(folder: string): Record<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((each) => each.isFile())
      .map((each) => {
        const path = `${each.parentPath}/${each.name}`;
        return [`bundle${path.slice(folder.length)}`, readFileSync(path)];
      }),
  );
}

describe("pods that are given as a table", () => {
  it.each(["abrupt-rollout", "long-lived-connections"])(
    "never make a verdict on the sample %s surer than the pods themselves",
    async (sample) => {
      const files = filesIn(`samples/${sample}/bundle`);
      const isPods = (path: string) => /pods?\.yaml$/.test(path);
      expect(Object.keys(files).filter(isPods)).not.toEqual([]);
      const poorer = Object.fromEntries(
        Object.entries(files).map(([path, content]) =>
          isPods(path) ? [path.replace(/yaml$/, "txt"), encoder.encode(tableOf(content))] : [path, content],
        ),
      );
      const whole = await analyzeFiles(files);
      const shown = await analyzeFiles(poorer);
      expect(shown.artifacts.map(({ status }) => status)).not.toContain("unread");
      const best = (findings: typeof whole.findings, rule: string) =>
        Math.min(4, ...findings.filter((f) => f.rule === rule).map(({ verdict }) => RANK.indexOf(verdict)));
      for (const rule of new Set([...whole.findings, ...shown.findings].map(({ rule }) => rule))) {
        if (whole.findings.some((f) => f.rule === rule && f.kind === "audit")) continue;
        expect(best(shown.findings, rule), rule).toBeGreaterThanOrEqual(best(whole.findings, rule));
      }
    },
  );
});
