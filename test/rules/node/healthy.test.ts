import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyzeFiles } from "../case.ts";
import { kernelLog } from "./files.ts";

const ROOT = "test/fixtures/node/healthy";

/** The texts of a node that nothing ailed when they were copied, and what its kernel says on any good day. */
const healthy: Record<string, string> = Object.fromEntries(
  readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [
      `b/${join(entry.parentPath, entry.name).slice(ROOT.length + 1)}`,
      readFileSync(join(entry.parentPath, entry.name), "utf8"),
    ]),
);
const GOOD_DAY = kernelLog(
  "nf_conntrack: default automatic helper assignment has been turned off for security reasons",
  "TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.",
  "blk_update_request: I/O error, dev fd0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0",
  "EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: (null)",
  "IPv4: martian source 10.0.0.9 from 10.0.0.1, on dev eth0",
  "swapper/1: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC), nodemask=(null),cpuset=/,mems_allowed=0",
  "oom_reaper: started.",
);

it("a healthy node's texts give no finding, with Unix or DOS line ends", async () => {
  const files = { ...healthy, "b/node-o/dmesg": GOOD_DAY };
  expect((await analyzeFiles(files)).findings).toEqual([]);
  const dos = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]),
  );
  expect((await analyzeFiles(dos)).findings).toEqual([]);
});

it("they are all recognised", async () => {
  const { artifacts } = await analyzeFiles(healthy);
  expect(artifacts.filter(({ kind }) => kind === "unknown").map(({ path }) => path)).toEqual([]);
  expect(
    artifacts.filter(({ status }) => status !== "read").map(({ path, reason }) => [path, reason]),
  ).toEqual([]);
});
