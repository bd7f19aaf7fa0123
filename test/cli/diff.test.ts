import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

function inquest(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/inquest.js", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const PAIR = ["samples/healthy/bundle", "samples/tw-recycle-nat/bundle"];

describe("inquest diff", () => {
  it("prints what its page says", () => {
    const page = readFileSync("docs/diff.md", "utf8");
    const examples = [...page.matchAll(/```sh\ninquest (.+)\n```\n\n```text\n([^]*?)```/g)];
    expect(examples).toHaveLength(2);
    for (const [, command = "", expected = ""] of examples) {
      const { status, stdout, stderr } = inquest(...command.split(" "));
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expected, stderr: "" });
    }
  });

  it("writes a series as one JSON object", () => {
    const takes = [3, 1, 2].map((n) => `samples/goroutine-series/bundle/take-${n}`);
    const { status, stdout } = inquest("diff", ...takes, "--format", "json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "inquest/series@1",
      order: "time",
      bundles: [{ name: "take-1" }, { name: "take-2" }, { name: "take-3" }],
    });
  });

  it("writes one JSON object, with all changes", () => {
    const { status, stdout } = inquest("diff", ...PAIR, "--format", "json");
    expect(status).toBe(0);
    const comparison: unknown = JSON.parse(stdout);
    expect(comparison).toMatchObject({
      schema: "inquest/comparison@1",
      hosts: [{ host: "node-b", with: "node-f" }],
    });
    expect(stdout).toBe(inquest("diff", ...PAIR, "--format", "json").stdout);
  });

  it("needs two paths that exist, and a limit that is a number", () => {
    expect(inquest("diff", "samples/healthy/bundle").status).toBe(2);
    expect(inquest("diff", "samples/healthy/bundle", "no-such-path").stderr).toContain("no-such-path");
    expect(inquest("diff", ...PAIR, "--limit", "-1")).toMatchObject({ status: 2 });
    expect(inquest("diff", ...PAIR, "--limit", "x")).toMatchObject({ status: 2 });
  });
});
