import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

function inquest(args: readonly string[], input?: Uint8Array) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/inquest.js", ...args], {
    encoding: "utf8",
    ...(input && { input }),
  });
  return { status, stdout, stderr };
}

describe("inquest inventory", () => {
  it("prints what its page says", () => {
    const page = readFileSync("docs/inventory.md", "utf8");
    const [, command = "", expected = ""] =
      /```sh\ninquest (.+)\n```\n\n```text\n([^]*?)```/.exec(page) ?? [];
    const { status, stdout, stderr } = inquest(command.split(" "));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // The page leaves out the end, which grows with every new symptom.
    expect(expected).toMatch(/\n…\n$/);
    expect(stdout.startsWith(expected.slice(0, -2))).toBe(true);
  });

  it("writes one JSON object, the same each time, also of standard input", () => {
    const zip = new Uint8Array(readFileSync("test/fixtures/archives/deflated.zip"));
    const { status, stdout } = inquest(["inventory", "-", "--format", "json"], zip);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "inquest/inventory@1",
      hosts: [
        {
          host: "node-a",
          kinds: [
            { kind: "sysctl", count: 1 },
            { kind: "uname", count: 1 },
          ],
        },
      ],
      unread: [{ reason: "empty", paths: ["-/case/node-a/empty.txt"] }],
    });
    expect(inquest(["inventory", "-", "--format", "json"], zip).stdout).toBe(stdout);
  });

  it("lists what can't be read, with status 2, and needs paths that exist", () => {
    const { status, stdout } = inquest(["inventory", "test/fixtures/archives/encrypted.zip"]);
    expect(status).toBe(2);
    expect(stdout).toContain("an encrypted member of a zip archive");
    expect(inquest(["inventory", "no-such-path"])).toMatchObject({ status: 2, stdout: "" });
    expect(inquest(["inventory"]).status).toBe(2);
    expect(inquest(["--help"]).stdout).toContain("inventory <paths..>");
  });
});
