import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  buddyinfoFormat,
  meminfoFormat,
  nodeFormats,
  parseBuddyinfo,
  parseMeminfo,
  parseProcCgroups,
  procCgroupsFormat,
} from "../../src/node/index.ts";
import { mishaps, recognises } from "./recognised.ts";

const live = (path: string): string => readFileSync(path, "utf8");
const MEMINFO = `MemTotal:       24684092 kB
MemFree:        23335100 kB
MemAvailable:   23963392 kB
Active(anon):       1584 kB
HugePages_Total:       4
Hugepagesize:       2048 kB
`;
const CGROUPS = `#subsys_name	hierarchy	num_cgroups	enabled
cpuset	3	1	1
memory	4	33	1
net_cls	0	1	0
`;

describe("/proc/buddyinfo", () => {
  const text = live("test/fixtures/node/fragmentation/node-j/buddyinfo");

  it("has the free blocks of each zone", () => {
    const { zones, diagnostics } = parseBuddyinfo(text);
    expect(diagnostics).toEqual([]);
    expect(zones.map(({ node, zone }) => [node, zone])).toEqual([
      [0, "DMA"],
      [0, "DMA32"],
      [0, "Normal"],
    ]);
    expect(zones[2]).toMatchObject({ blocks: [61904, 19877, 33, 1, 0, 0, 0, 0, 0, 0, 0], line: 3 });
  });

  it("leaves out a line that was cut", () => {
    const { zones, diagnostics } = parseBuddyinfo(text.trimEnd().slice(0, -6));
    expect(zones.map(({ zone }) => zone)).toEqual(["DMA", "DMA32"]);
    expect(diagnostics[0]?.effect).toBe("partial");
  });
});

describe("/proc/meminfo", () => {
  it("has bytes, and pages where it counts these", () => {
    const { values } = parseMeminfo(MEMINFO.replaceAll("\n", "\r\n"));
    expect(values.get("MemTotal")).toEqual({
      value: 24684092 * 1024,
      text: "MemTotal: 24684092 kB",
      line: 1,
    });
    expect(values.get("HugePages_Total")?.value).toBe(4);
    expect(values.get("Active(anon)")?.value).toBe(1584 * 1024);
  });

  it("doesn't take a number that may have been cut", () => {
    expect(parseMeminfo("MemTotal:       24684092 kB\nMemFree:        2333").values.has("MemFree")).toBe(
      false,
    );
    expect(parseMeminfo("x").diagnostics[0]?.effect).toBe("unread");
  });
});

describe("/proc/cgroups", () => {
  it("counts the groups of each controller that is on", () => {
    const { counts } = parseProcCgroups(CGROUPS);
    expect([...counts.keys()]).toEqual(["cpuset", "memory"]);
    expect(counts.get("memory")).toEqual({ value: 33, text: "memory 4 33 1", line: 3 });
  });
});

it.each([
  [buddyinfoFormat, live("test/fixtures/node/fragmentation/node-j/buddyinfo")],
  [meminfoFormat, MEMINFO],
  [procCgroupsFormat, CGROUPS],
])("survive damage, and are of no other kind: %#", async (format, text) => {
  expect(await mishaps(format, text)).toBe(0);
  expect(nodeFormats.filter((each) => recognises(each, text)).map(({ kind }) => kind)).toEqual([format.kind]);
});
