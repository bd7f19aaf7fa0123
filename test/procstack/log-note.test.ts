import { describe, expect, it } from "vitest";
import { parseKernelLog } from "../../src/procstack/index.ts";

const notesOf = (text: string) =>
  parseKernelLog(text).notes.map(({ about, what, peer }) => [about, what, peer]);

describe("notes on what tasks wait for", () => {
  it("tell a network device that is still in use, whatever the logger put before it", () => {
    const words = "unregister_netdevice: waiting for veth12ab to become free. Usage count = 1";
    for (const line of [words, `[ 9001.228400] ${words}`, `Sep 19 13:28:09 node-a kernel: [9001.2] ${words}`])
      expect(notesOf(`[    0.000000] x\n${line}\n`).at(-1)).toEqual(["netdev", "still-used", "veth12ab"]);
    expect(notesOf(`${words.replace("= 1", "= -1")}\n`)).toHaveLength(1);
  });

  it("tell a full audit backlog, and not what else audit says", () => {
    const text = [
      "[7711.100210] audit: audit_backlog=8193 > audit_backlog_limit=8192",
      "[7711.100215] audit: backlog limit exceeded",
      "[7711.100214] audit: audit_lost=11 audit_rate_limit=0 audit_backlog_limit=8192",
      '[7712.000000] audit: type=1400 audit(1600000000.1:2): apparmor="DENIED"',
    ].join("\n");
    expect(notesOf(text)).toEqual([
      ["audit", "backlog-exceeded", undefined],
      ["audit", "backlog-exceeded", undefined],
    ]);
  });

  it("don't take another program's words for the kernel's", () => {
    const line = "Sep 19 13:28:09 node-a monitor[77]: audit: backlog limit exceeded";
    expect(notesOf(`Sep 19 13:28:09 node-a kernel: [1.0] booted\n${line}\n`)).toEqual([]);
  });
});
