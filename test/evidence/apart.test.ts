import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { buildCase } from "../../src/evidence/index.ts";
import { analyzeFiles, verdictsOf } from "../rules/case.ts";

const FOLDER = "samples/tw-recycle-nat/bundle/node-b";
const sample = Object.fromEntries(
  ["netstat-s.txt", "server.pcap", "sysctl.txt", "uname.txt"].map((name) => [
    name,
    new Uint8Array(readFileSync(`${FOLDER}/${name}`)),
  ]),
);
const [first, second] = [
  "Linux host1 3.10.0-957.el7.x86_64 #1 SMP\n",
  "Linux host2 3.10.0-957.el7.x86_64 #1 SMP\n",
];

describe("evidence that may be of two hosts", () => {
  it("is never joined: a flat folder confirms a cause of one host, and none where two name themselves there", async () => {
    const flat = (...names: string[]) => ({
      ...Object.fromEntries(Object.entries(sample).map(([name, bytes]) => [`b/${name}`, bytes])),
      ...Object.fromEntries(names.map((text, i) => [`b/uname-${i}.txt`, text])),
    });
    expect(verdictsOf(await analyzeFiles(flat()), "tcp/tw-recycle-nat")).toEqual(["confirmed"]);
    const two = verdictsOf(await analyzeFiles(flat(first, second)), "tcp/tw-recycle-nat");
    expect(two).not.toContain("confirmed");
  });

  it("has no name, and is of as many hosts as it may be", async () => {
    const files = {
      "b/1": first,
      "b/2": second,
      "b/sysctl.txt": "vm.swappiness = 1\n",
      "b/x.txt": "vm.swappiness = 2\n",
    };
    const inputs = Object.entries(files).map(([name, text]) => ({
      name,
      source: sourceOf(new TextEncoder().encode(text)),
    }));
    const { hosts } = buildCase(await openBundle(inputs));
    expect(hosts.map(({ name, artifacts }) => [name, artifacts.length])).toEqual([
      [null, 1],
      [null, 1],
      ["host1", 1],
      ["host2", 1],
    ]);
    // Two values of one parameter of two hosts contradict nothing.
    expect(hosts.slice(0, 2).map((host) => host.sysctl("vm.swappiness").known)).toEqual([true, true]);
  });
});
