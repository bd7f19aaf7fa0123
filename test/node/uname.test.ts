import { describe, expect, it } from "vitest";
import { parseUname, unameFormat } from "../../src/node/index.ts";

const recognise = (text: string, path: string) => unameFormat.recognise(new TextEncoder().encode(text), path);

describe("uname", () => {
  it.each([
    [
      "Linux node-b 3.10.0-957.el7.x86_64 #1 SMP Thu Nov 8 23:39:32 UTC 2018 x86_64 GNU/Linux",
      "3.10.0-957.el7.x86_64",
      "node-b",
    ],
    ["Linux 6.18.44 x86_64", "6.18.44", undefined],
    [
      "Linux version 4.19.0-6-amd64 (debian-kernel@lists.debian.org) (gcc version 8.3.0)",
      "4.19.0-6-amd64",
      undefined,
    ],
    ["5.4.0-1029-aws", "5.4.0-1029-aws", undefined],
    ["Linux ip-10-0-0-1 4.14.154+ #1 SMP x86_64", "4.14.154+", "ip-10-0-0-1"],
  ])("reads %s", (text, release, nodename) => {
    const uname = parseUname(`${text}\n`);
    expect(uname.release?.value.text).toBe(release);
    expect(uname.nodename).toBe(nodename);
  });

  it("recognises by content, a bare release only under a telling name", () => {
    expect(recognise("Linux node-b 3.10.0-957.el7.x86_64 #1 SMP\n", "a.txt")).toBe(true);
    expect(recognise("5.4.0\n", "node/uname-r")).toBe(true);
    expect(recognise("5.4.0\n", "node/version.txt")).toBe(false);
    expect(recognise("Linux is a kernel\n", "uname")).toBe(false);
  });
});
