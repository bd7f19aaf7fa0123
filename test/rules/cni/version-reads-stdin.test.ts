import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, replaced, without } from "../proc/hang-case.ts";

const RULE = "cni/version-reads-stdin";
const FILES = filesOf("samples/cni-version/bundle");
const verdict = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by the plugin's environment, path and library", async () => {
    const finding = findingOf(await analyzeFiles(FILES), RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", explains: ["proc/stdin-wait"], missing: [] });
    expect(finding.summary).toContain("It was built with the CNI library v0.6.0.");
  });

  it("is confirmed by the environment and the path alone, or by the path and the library", async () => {
    expect(await verdict(without(FILES, /go-version/))).toEqual(["confirmed"]);
    expect(await verdict(without(FILES, /environ$/))).toEqual(["confirmed"]);
  });

  it("is likely by the path alone, and asks for the rest", async () => {
    const finding = findingOf(await analyzeFiles(without(FILES, /environ$|go-version/)), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command).join("\n")).toMatch(/environ[^]*go version -m/);
  });

  it("is ruled out by another command, which reads its input by design", async () => {
    expect(await verdict(replaced(FILES, "CNI_COMMAND=VERSION", "CNI_COMMAND=ADD"))).toEqual(["ruled-out"]);
  });

  it("is ruled out by a library that has the fix, and by a commit that is later than it", async () => {
    const at = (version: string) => verdict(replaced(FILES, "v0.6.0", version));
    expect(await at("v0.7.0-alpha0")).toEqual(["ruled-out"]);
    expect(await at("v1.1.2")).toEqual(["ruled-out"]);
    expect(await at("v0.5.2")).toEqual(["confirmed"]);
    expect(await at("v0.6.1-0.20180601000000-0123456789ab")).toEqual(["ruled-out"]);
    expect(await at("v0.6.1-0.20170801000000-0123456789ab")).toEqual(["confirmed"]);
    // Written and not yet merged, and of a tree of somebody's own.
    for (const version of ["v0.6.1-0.20170910000000-0123456789ab", "(devel)"]) {
      const open = without(replaced(FILES, "v0.6.0", version), /environ$/);
      expect(await verdict(open), version).toEqual(["likely"]);
    }
    const fork = replaced(
      FILES,
      /^(\tdep\tgithub\.com\/containernetworking\/cni\t)v0\.6\.0.*$/gm,
      "$1v0.6.0\n\t=>\texample.com/cni\tv0.5.0\th1:x=",
    );
    expect(await verdict(without(fork, /environ$/))).toEqual(["likely"]);
  });

  it("takes a value that was blanked out for unknown", async () => {
    const hidden = without(replaced(FILES, "CNI_COMMAND=VERSION", "CNI_COMMAND=***HIDDEN***"), /go-version/);
    expect(await verdict(hidden)).toEqual(["likely"]);
  });

  it("has nothing to say of another program that waits for its terminal", async () => {
    const other = without(
      replaced(FILES, /\/srv\/opt\/cni\/bin\/lab-ipam/g, "/usr/bin/lab-tool"),
      /environ$/,
    );
    expect(await verdict(other)).toEqual([]);
  });
});
