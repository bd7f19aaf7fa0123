import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "../dns/lookups.ts";

const RULE = "dns/duplicate-id";
/** AAAA is answered first, without a record, under the id of A. */
const crossed = (i: number) =>
  lookup({ time: 10 + i * 8, port: 42000 + i, ids: [0x4e21 + i, 0x4e21 + i], aaaa: 1, a: 3 });
const MAPS =
  "7f2b3c000000-7f2b3c08d000 r-xp 00000000 00:2d 131 /lib/ld-musl-x86_64.so.1\n7ffd1c5f2000-7ffd1c613000 rw-p 00000000 00:00 0 [stack]\n";
const judge = async (files: Record<string, string | Uint8Array>) => analyzeFiles(files);

describe("names that can't be resolved now and then (E2)", () => {
  it("is confirmed by pairs with one id, and tells what the client believed", async () => {
    const files = {
      "n/pods/web/pod.pcap": captureOf(healthy(6), crossed(0), crossed(1)),
      "n/pods/web/proc/7/maps": MAPS,
    };
    const finding = findingOf(await judge(files), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.evidence[0]?.text).toContain(
      "AAAA was answered first, without a record: the client believes that there is no A",
    );
    expect(finding.evidence[0]?.where?.["frames"]).toHaveLength(4);
    expect(verdictsOf(await judge(files), "dns/conntrack-race")).not.toContain("confirmed");
    expect(verdictsOf(await judge(files), "dns/conntrack-race")).not.toContain("likely");
  });

  it("is not a query that is asked again under its own id and type", async () => {
    const again = [0, 1, 2].flatMap((i) =>
      lookup({ time: 10 + i * 9, port: 43000 + i, ids: [100 + 2 * i, 101 + 2 * i], a: 1, retry: 5 }),
    );
    const found = verdictsOf(await judge({ "pod.pcap": captureOf(healthy(6), again) }), RULE);
    expect(found).not.toContain("confirmed");
    expect(found).not.toContain("likely");
  });

  it("is nothing where ids differ and all goes well", async () => {
    expect((await judge({ "pod.pcap": captureOf(healthy(40)), "proc/7/maps": MAPS })).findings).toEqual([]);
  });
});
