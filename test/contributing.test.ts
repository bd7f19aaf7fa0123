import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openBundle } from "../src/bundle/index.ts";
import { buildCase } from "../src/evidence/index.ts";
import type { Cause } from "../src/rules/index.ts";
import { RULES, diagnose } from "../src/rules/index.ts";

const TEXT = readFileSync("CONTRIBUTING.md", "utf8");
/** Ignored by git. */
const GENERATED = resolve("test/.generated");

afterAll(() => {
  rmSync(GENERATED, { recursive: true, force: true });
});

describe("CONTRIBUTING.md", () => {
  it("shows a cause that works as it stands", async () => {
    const [, code = ""] = /```ts\n([\s\S]*?)\n```/.exec(TEXT) ?? [];
    mkdirSync(GENERATED, { recursive: true });
    const file = join(GENERATED, "example.ts");
    // The example lies in src/rules/tcp; its imports are led there from where it is written now.
    writeFileSync(
      file,
      code.replace(/from "(\.[^"]+)"/g, (_, path) => `from "${resolve("src/rules/tcp", String(path))}"`),
    );
    const module = (await import(/* @vite-ignore */ file)) as Record<string, Cause<unknown>>;
    const [example] = Object.values(module);
    if (!example) throw new Error("the example exports no rule");
    const evidence = buildCase(await openBundle("samples/tw-recycle-nat/bundle"));
    const symptoms = RULES.filter((rule) => rule.kind === "symptom");
    const findings = diagnose(evidence, [...symptoms, example]).filter(
      (finding) => finding.rule === example.id,
    );
    expect(findings.map((finding) => finding.verdict)).toEqual(["ruled-out"]);
    expect(findings[0]?.summary).toContain("Not so that the kernel has counted overflows of a listen queue");
  });

  it("names folders that exist", () => {
    const cells = [...TEXT.matchAll(/^\| (`[^|]*`)\s*\|/gm)].map((match) => match[1] ?? "");
    const folders = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""));
    expect(folders.length).toBeGreaterThan(5);
    expect(folders.filter((name) => !existsSync(name.startsWith("src/") ? name : `src/${name}`))).toEqual([]);
  });
});
