import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "node/netdevice-in-use";
const said = (seconds: number, device = "eth0") =>
  `[${seconds.toFixed(6)}] unregister_netdevice: waiting for ${device} to become free. Usage count = 1\n`;
const every = (times: number, apart: number, from = 9000, device = "eth0") =>
  Array.from({ length: times }, (_, i) => said(from + i * apart, device)).join("");
const BOOT = "[    0.000000] Linux version 4.19.36 (builder) #1 SMP\n";
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": BOOT + log }), RULE);

it("is seen where the kernel says it for a minute, and says for how long", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-k/dmesg": BOOT + every(30, 10) }), RULE);
  expect(finding).toMatchObject({
    verdict: "confirmed",
    host: "node-k",
    subject: { kind: "network-device", name: "eth0" },
  });
  expect(finding.summary).toContain("30 times, over 4 minutes that eth0");
});

it("is no slow end of a namespace, nor several of them", async () => {
  expect(await verdicts(every(5, 10))).toEqual([]);
  expect(await verdicts(every(3, 10) + every(3, 10, 90_000))).toEqual([]);
  expect(await verdicts(every(3, 10) + every(3, 10, 9005, "lo"))).toEqual([]);
});

it("is found by syslog's clock", async () => {
  const words = "node-k kernel: unregister_netdevice: waiting for lo to become free. Usage count = 1\n";
  const log = (apart: number) =>
    Array.from({ length: 8 }, (_, i) => {
      const second = 64_800 + i * apart;
      return `Jan  5 ${new Date(second * 1000).toISOString().slice(11, 19)} ${words}`;
    }).join("");
  expect(verdictsOf(await analyzeFiles({ "b/messages": log(10) }), RULE)).toEqual(["confirmed"]);
  expect(verdictsOf(await analyzeFiles({ "b/messages": log(70) }), RULE)).toEqual([]);
});

it("is not of a life before the last boot, and says when it was over long ago", async () => {
  expect(await verdicts(every(30, 10) + BOOT + "[    1.000000] eth0: link up\n")).toEqual([]);
  const finding = findingOf(
    await analyzeFiles({ "b/dmesg": `${BOOT}${every(30, 10)}[99290.000000] eth0: link up\n` }),
    RULE,
  );
  expect(finding.when).toContain("before the log ends");
});
