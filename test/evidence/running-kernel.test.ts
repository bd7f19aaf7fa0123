import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { buildCase } from "../../src/evidence/index.ts";

const UNAME = "Linux node-a 3.10.0-957.el7.x86_64 #1 SMP x86_64 GNU/Linux\n";
const NODE = (name: string, kernelVersion: string) =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nstatus: { nodeInfo: { kernelVersion: ${kernelVersion} } }\n`;

async function kernelOf(files: Readonly<Record<string, string>>): Promise<string> {
  const inputs = Object.entries(files).map(([name, text]) => ({
    name,
    source: sourceOf(new TextEncoder().encode(text)),
  }));
  const host = buildCase(await openBundle(inputs)).hosts.find(({ name }) => name === "node-a");
  if (!host) return "no host";
  return host.kernel.known ? `${host.kernel.value.text} by ${host.kernel.cite.artifact}` : host.kernel.why;
}

describe("the running kernel", () => {
  const log = { "b/node-a/df": "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/a 10 1 9 10% /\n" };

  it("is what the host says, by uname or by its parameters", async () => {
    expect(await kernelOf({ "b/node-a/uname": UNAME })).toBe("3.10.0-957.el7.x86_64 by b/node-a/uname");
    const sysctl = "kernel.osrelease = 3.10.0-957.el7.x86_64\nnet.ipv4.ip_forward = 1\n";
    expect(await kernelOf({ "b/node-a/uname": UNAME, "b/node-a/sysctl": sysctl })).toContain("957.el7");
  });

  it("is unknown where two say so differently, in the vendor's build too", async () => {
    const sysctl = "kernel.osrelease = 3.10.0-1160.el7.x86_64\nnet.ipv4.ip_forward = 1\n";
    expect(await kernelOf({ "b/node-a/uname": UNAME, "b/node-a/sysctl": sysctl })).toBe("unreadable");
  });

  it("is what its Node says where the host doesn't, and never another's", async () => {
    expect(await kernelOf({ ...log, "b/cluster/n.yaml": NODE("node-a", "5.4.0-1045-aws") })).toBe(
      "5.4.0-1045-aws by b/cluster/n.yaml",
    );
    expect(await kernelOf({ ...log, "b/cluster/n.yaml": NODE("node-b", "5.4.0-1045-aws") })).toBe("absent");
    expect(
      await kernelOf({ "b/node-a/uname": UNAME, "b/cluster/n.yaml": NODE("node-a", "5.4.0-1045-aws") }),
    ).toContain("957.el7");
  });
});
