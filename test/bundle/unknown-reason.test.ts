import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

async function reasonFor(content: string, name = "x"): Promise<string | undefined> {
  const bytes = Uint8Array.from(content, (char) => char.charCodeAt(0));
  const { artifacts } = await openBundle({ name, source: sourceOf(bytes) });
  return artifacts[0]?.reason;
}

describe("reasons", () => {
  it("say what a file is instead", async () => {
    expect(await reasonFor("")).toBe("empty");
    expect(await reasonFor(" \n\n")).toBe("blank");
    expect(await reasonFor("LPKSHHRH\0\0\0\0")).toContain("journalctl --file");
    expect(await reasonFor(`\x7fELF\x02\x01\x01${"\0".repeat(9)}\x04\0>\0`)).toBe("a core dump");
    expect(await reasonFor("SQLite format 3\0")).toBe("a SQLite database");
    expect(await reasonFor("\0\x01\x02")).toBe("binary data of no kind that inquest knows");
    expect(await reasonFor('{"a": 1}')).toBe("JSON of no kind that inquest knows");
    expect(await reasonFor("[must-gather] OUT done\n")).toBe("not a kind of artifact that inquest knows");
    expect(await reasonFor("-- No entries --\n")).toBe("the journal had no entries");
    expect(await reasonFor("7z\xbc\xaf\x27\x1c")).toContain("a 7z archive");
  });

  it("say that a command failed, whatever the artifact should have been", async () => {
    for (const name of [
      "sysctl.txt",
      "proc/sys/net/ipv4/tcp_tw_recycle",
      "resolv.conf",
      "hostname",
      "ss-tanp.txt",
      "x",
    ]) {
      const reason = await reasonFor("bash: foo: command not found\n", name);
      expect(reason, name).toBe("the command failed: bash: foo: command not found");
    }
    const proc = await reasonFor(
      "cat: /proc/sys/vm/swappiness: Permission denied\n",
      "proc/sys/vm/swappiness",
    );
    expect(proc).toBe("the command failed: cat: /proc/sys/vm/swappiness: Permission denied");
  });
});
