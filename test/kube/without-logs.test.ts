import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseKubeObjects } from "../../src/kube/index.ts";

const folder = "test/fixtures/collectors/cluster-info/cluster-info";
const nodes = readFileSync(`${folder}/nodes.json`, "utf8");
const pods = readFileSync(`${folder}/default/pods.json`, "utf8");
const log = (line: string): string =>
  `==== START logs for container app of pod default/web-0 ====\n${line}\n==== END logs for container app of pod default/web-0 ====\n`;
const namesIn = (text: string) => {
  const { objects, diagnostics } = parseKubeObjects(new TextEncoder().encode(text));
  return { names: objects.map(({ kind, name, line }) => `${kind}/${name} ${line}`), diagnostics };
};

describe("kubectl cluster-info dump on standard output", () => {
  it("gives the objects between which logs stand, with their lines", () => {
    const plain = namesIn(`${nodes}\n\n\n${pods}`).names;
    for (const line of ["started", '{"level":"info"', "}]}", '{"apiVersion":"v1","kind":"Pod"}', '"']) {
      const { names, diagnostics } = namesIn(`${nodes}${log(line)}${pods}`);
      expect(names, line).toEqual(plain);
      expect(diagnostics.map(({ code }) => code)).toEqual(["logs-between"]);
    }
  });

  it("gives what stands before a cut, in a log too", () => {
    const text = `${nodes}${log("{")}${pods}`;
    for (let at = 1; at < text.length; at += 97) {
      const { names } = namesIn(text.slice(0, at));
      expect(names.length).toBeLessThanOrEqual(3);
      expect(at < nodes.length || names.length >= 2).toBe(true);
    }
  });
});
