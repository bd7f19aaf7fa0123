import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, verdictsOf } from "../case.ts";
import { filesOf, replaced } from "../proc/hang-case.ts";
import { describeStand, differential } from "../runtime/stand-case.ts";

const FOLDER = "test/fixtures/stands/io-stalls";

describeStand("node/io-stalls", {
  folder: FOLDER,
  verdict: "likely",
  says: "held up by I/O for 62 % of the time",
  shows: /pressure/,
  near: [
    { files: (all) => replaced(all, /avg(10|60|300)=[\d.]+/g, "avg$1=0.31"), verdicts: ["ruled-out"] },
    { files: (all) => replaced(all, "avg300=61.57", "avg300=21.57"), verdicts: ["possible"] },
    // A control group's files are of its tasks.
    {
      files: (all) => ({
        "b/kubelet.log": all["b/kubelet.log"] ?? "",
        "b/sys/fs/cgroup/kubepods.slice/io.pressure": all["b/pressure/io"] ?? "",
      }),
      verdicts: [],
    },
  ],
});

describe("node/io-stalls and its witnesses", () => {
  const files = filesOf(FOLDER);
  const log = (clock: string) =>
    `Apr 12 ${clock} node-a kernel: [812331.000000] nvme nvme1: I/O 12 QID 3 timeout, aborting\n`;

  it("is no more than likely where the kernel says that a disk fails, be it of that time", async () => {
    const verdicts = async (clock: string) =>
      verdictsOf(await analyzeFiles({ ...files, "b/kern.log": log(clock) }), "node/io-stalls");
    expect(await verdicts("09:59:12")).toEqual(["likely"]);
    expect(await verdicts("02:11:40")).toEqual(["likely"]);
  });

  it("rules memory out where nothing waited for it", async () => {
    expect(await differential(files, "runtime/pleg-unhealthy")).toEqual({
      "node/io-stalls": "likely",
      "node/memory-stalls": "ruled-out",
    });
  });

  it("has nothing to say of this machine's own pressure", async () => {
    const log = readFileSync(`${FOLDER}/kubelet.log`, "utf8");
    const own =
      "some avg10=0.35 avg60=0.46 avg300=0.38 total=251824578\nfull avg10=0.00 avg60=0.06 avg300=0.12 total=137725654\n";
    const report = await analyzeFiles({ "b/kubelet.log": log, "b/proc/pressure/io": own });
    expect(verdictsOf(report, "node/io-stalls")).toEqual(["ruled-out"]);
  });

  it("goes by the latest look at the pressure", async () => {
    const low = (files["b/pressure/io"] ?? "").replace(/avg(10|60|300)=[\d.]+/g, "avg$1=0.31");
    const at = (minute: string) => `2026-04-12T10:${minute}:00\n`;
    const series = {
      "b/kubelet.log": files["b/kubelet.log"] ?? "",
      "b/20260412-095500/pressure/io": files["b/pressure/io"] ?? "",
      "b/20260412-100300/pressure/io": low,
      "b/20260412-100300/date": at("03"),
    };
    expect(verdictsOf(await analyzeFiles(series), "node/io-stalls")).toEqual(["ruled-out"]);
  });
});
