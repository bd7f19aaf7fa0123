import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../src/rules/engine/fingerprint.ts";

const of = (text: string): string =>
  fingerprintOf("area/name", {
    subject: { kind: "listener" },
    summary: "",
    evidence: [{ artifact: "a", text }],
    data: undefined,
    weight: 1,
  });

describe("a symptom's fingerprint", () => {
  it("is the same for other addresses, counts, processes and identifiers", () => {
    const one = of("8 SYNs to 192.168.50.20:8080 not answered");
    expect(one).toBe("area/name listener: # SYNs to # not answered");
    expect(of("12 SYNs to [fd00:10::a]:443 not answered")).toBe(one);
    expect(of("task runc (24930) of pod 0b1c2d3e-0000-4000-8000-00000000000a waits")).toBe(
      of("task runc (7) of pod ffffffff-1111-4222-8333-444444444444 waits"),
    );
  });

  it("differs where something else was seen", () => {
    expect(of("8 SYNs to 10.0.0.1:80 not answered")).not.toBe(of("8 SYNs to 10.0.0.1:80 refused"));
    expect(of("waits in do_exit")).not.toBe(of("waits in nfs_wait"));
  });
});
