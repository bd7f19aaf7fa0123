import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup, POD } from "../dns/lookups.ts";

const RULE = "dns/hosts-bypassed";
/** The name of the other cluster's API server, which the pod's hosts list and DNS is asked for. */
const API = "cls-7u9eabc1.ccs.tencent-cloud.com";
const etc = "n/pods/deploy/rootfs/etc";
const whole = {
  "n/pods/deploy/pod.pcap": captureOf(
    healthy(6),
    lookup({ time: 9, name: API, ids: [7, 8], a: 1, retry: 5 }),
    lookup({ time: 40, name: API, port: 40100, ids: [17, 18], aaaa: 1, retry: 5 }),
  ),
  [`${etc}/hosts`]: `127.0.0.1\tlocalhost\n${POD}\tdeploy-0\n10.0.2.16\t${API}\n`,
  [`${etc}/alpine-release`]: "3.8.4\n",
  [`${etc}/resolv.conf`]: "nameserver 10.96.0.10\n",
};
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe("kubectl that takes five seconds though hosts has the name (E4)", () => {
  it("is confirmed by the names that DNS is asked for and an image without nsswitch.conf", async () => {
    const finding = findingOf(await analyzeFiles(whole), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.evidence.map(({ text }) => text).join("\n")).toContain("has no nsswitch.conf");
    expect(finding.remedy.join("\n")).toContain("files dns");
  });

  it("is ruled out by an nsswitch.conf that asks files first", async () => {
    expect(await verdicts({ ...whole, [`${etc}/nsswitch.conf`]: "hosts:          files dns\n" })).toEqual([
      "ruled-out",
    ]);
  });

  it("is less sure where the container's other files were not collected", async () => {
    const files = {
      "n/pods/deploy/pod.pcap": whole["n/pods/deploy/pod.pcap"],
      "n/pods/deploy/hosts": whole[`${etc}/hosts`] ?? "",
    };
    expect(await verdicts(files)).not.toContain("confirmed");
  });

  it("does not go by the hosts of another pod", async () => {
    const { [`${etc}/hosts`]: _, ...rest } = whole;
    const other = "n/pods/other/rootfs/etc/hosts";
    expect(
      await verdicts({ ...rest, [other]: `127.0.0.1\tlocalhost\n10.244.7.7\tother-0\n10.0.2.16\t${API}\n` }),
    ).not.toContain("confirmed");
  });
});
