import { expect, it } from "vitest";
import { analyzeFiles, verdictsOf } from "../case.ts";
import { describeHang, filesOf, withoutTasks } from "./hang-case.ts";

describeHang("proc/rtnl-convoy", {
  folder: "test/fixtures/hangs/rtnl",
  says: "4 tasks wait for it; ip (6005) holds it, in ena_down",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/netns-convoy", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});

it("says no more than likely of a queue of which nothing tells who holds the lock", async () => {
  const files = withoutTasks(filesOf("test/fixtures/hangs/rtnl"), [6005]);
  const log = files["b/dmesg"] ?? "";
  const from = log.indexOf("[3001.200000] INFO: task ip:6005");
  const without = { ...files, "b/dmesg": log.slice(0, from) + log.slice(log.indexOf("[3002.100000]")) };
  expect(verdictsOf(await analyzeFiles(without), "proc/rtnl-convoy")).toEqual(["likely"]);
  expect(JSON.stringify(without)).not.toContain("ena_down");
});
