import { describe, expect, it } from "vitest";
import { looksLikeKernelLog } from "../../src/procstack/looks-like-kernel-log.ts";

describe("looksLikeKernelLog", () => {
  it("knows dmesg -T by its times of day, in any language", () => {
    for (const day of ["Wed May  1", "So Nov 15", "水  5月  1", "mer. mai    1"]) {
      const line = `[${day} 08:00:00 2024] pci 0000:00:1f.0: [8086:2918] type 00 class 0x060100\n`;
      expect(looksLikeKernelLog(line.repeat(3)), day).toBe(true);
    }
  });

  it("takes no other program's log for one", () => {
    for (const line of [
      "[Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] client denied by server configuration",
      "[Wed Oct 11 14:32:52.123456 2017] [core:error] [pid 1] AH00126: Invalid URI in request",
      "[14:32:52] started",
      '[INFO] 10.0.0.1:1 - 1 "A IN x. udp 1 false 512" NOERROR',
    ])
      expect(looksLikeKernelLog(`${line}\n`.repeat(3)), line).toBe(false);
  });
});
