import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernelRelease } from "../../../src/node/index.ts";
import { compare } from "../../../src/rules/user/compare.ts";
import type { KernelRange } from "../../../src/rules/fixes/kernel-range.ts";
import { hasKernel } from "../../../src/rules/fixes/kernel-range.ts";
import { namePattern, pathPattern } from "../../../src/rules/user/pattern.ts";
import { imageParts } from "../../../src/evidence/index.ts";
import { isInRange } from "../../../src/rules/fixes/version-range.ts";

describe("a range of kernels", () => {
  const BACKPORTED: KernelRange = {
    from: "3.0",
    fixedIn: ["4.19.130", "5.4.50", "5.8"],
    vendors: new Map([
      ["el7", ["3.10.0-1062"]],
      ["el8", ["4.18.0-240"]],
      ["azure", ["4.15.0-1091", "5.4.0-1020"]],
    ]),
  };
  const REMOVED: KernelRange = { fixedIn: ["4.12"], backports: "never" };
  const SINCE: KernelRange = { from: "6.1" };

  it.each([
    // Of kernel.org, by its own line of releases.
    ["4.19.129", BACKPORTED, true],
    ["4.19.130", BACKPORTED, false],
    ["5.4.49", BACKPORTED, true],
    ["5.4.50", BACKPORTED, false],
    ["5.7.19", BACKPORTED, true],
    ["5.8.0", BACKPORTED, false],
    ["6.18.44", BACKPORTED, false],
    ["2.6.32", BACKPORTED, false],
    // Of vendors that the range names, by their builds, whose parts are numbers.
    ["3.10.0-957.el7.x86_64", BACKPORTED, true],
    ["3.10.0-1062.el7.x86_64", BACKPORTED, false],
    ["3.10.0-1062.9.1.el7.x86_64", BACKPORTED, false],
    ["3.10.0-1160.119.1.el7.x86_64", BACKPORTED, false],
    ["4.18.0-193.28.1.el8_2.x86_64", BACKPORTED, true],
    ["4.18.0-305.el8.x86_64", BACKPORTED, false],
    ["5.4.0-1019-azure", BACKPORTED, true],
    ["5.4.0-1020-azure", BACKPORTED, false],
    ["4.15.0-1090-azure", BACKPORTED, true],
    // Of others: what is later than the fix has it, what is older may or may not.
    ["5.4.0-42-generic", BACKPORTED, undefined],
    ["4.14.355-271.603.amzn2.x86_64", BACKPORTED, undefined],
    ["2.6.32-754.el6.x86_64", BACKPORTED, undefined],
    ["5.10.0-8-amd64", BACKPORTED, false],
    ["5.4.219-126.411.amzn2.x86_64", BACKPORTED, false],
    ["5.3.0-1035-azure", BACKPORTED, undefined],
    // What was removed comes back with no vendor.
    ["3.10.0-1160.el7.x86_64", REMOVED, true],
    ["4.18.0-305.el8.x86_64", REMOVED, false],
    ["4.11.12", REMOVED, true],
    ["6.1.0", SINCE, true],
    ["6.0.19", SINCE, false],
    ["6.1.0-13-amd64", SINCE, true],
    ["5.14.0-427.el9.x86_64", SINCE, undefined],
  ])("%s", (release, range, expected) => {
    const kernel = parseKernelRelease(release);
    expect(kernel && hasKernel(kernel, range)).toBe(expected);
  });
});

describe("a range of versions", () => {
  it.each([
    ["v1.20.3", { from: "1.19", fixedIn: ["1.20.4", "1.21.1"] }, true],
    ["v1.20.4", { from: "1.19", fixedIn: ["1.20.4", "1.21.1"] }, false],
    ["v1.21.0-eks-4d21f", { from: "1.19", fixedIn: ["1.20.4", "1.21.1"] }, true],
    ["1.19.16", { from: "1.19", fixedIn: ["1.20.4", "1.21.1"] }, true],
    ["1.30.0", { from: "1.19", fixedIn: ["1.20.4", "1.21.1"] }, false],
    ["1.18.20", { from: "1.19", fixedIn: ["1.20.4", "1.21.1"] }, false],
    ["1.21.1-rc.0", { fixedIn: ["1.21.1"] }, true],
    ["1.21.1-rc.10", { fixedIn: ["1.21.1-rc.9"] }, false],
    ["1.10.0", { fixedIn: ["1.9.0"] }, false],
    ["latest", { fixedIn: ["1.9.0"] }, undefined],
    ["", { fixedIn: ["1.9.0"] }, undefined],
    ["1.9x", { fixedIn: ["1.9.0"] }, undefined],
  ])("%s", (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected);
  });

  it("takes images apart", () => {
    expect(imageParts("r.example:5000/coredns/coredns:v1.8.0@sha256:00")).toEqual({
      name: "r.example:5000/coredns/coredns",
      tag: "v1.8.0",
    });
    expect(imageParts("r.example:5000/coredns")).toEqual({ name: "r.example:5000/coredns", tag: undefined });
    expect(imageParts("coredns@sha256:00")).toEqual({ name: "coredns", tag: undefined });
  });
});

describe("a comparison", () => {
  it.each([
    ["1", { equals: 1 }, true],
    [1, { equals: "1" }, true],
    [true, { equals: "true" }, true],
    ["4096\t87380  6291456", { equals: "4096 87380 6291456" }, true],
    ["10", { above: 9 }, true],
    ["10", { above: 9, below: 10 }, false],
    ["ten", { above: 9 }, undefined],
    ["ten", { above: 9, not: "ten" }, false],
    ["", { above: -1 }, undefined],
    ["500m", { below: 1 }, true],
    ["1Gi", { equals: 1073741824 }, true],
    ["1e3", { equals: "1000" }, true],
    ["1E", { equals: 1e18 }, true],
    ["0x10", { above: 1 }, undefined],
    ["b", { in: ["a", "b"] }, true],
    ["c", { in: ["a", "b"] }, false],
  ])("of %j with %j", (value, comparison, expected) => {
    expect(compare(value, comparison)).toBe(expected);
  });
});

describe("a pattern of paths", () => {
  const fits = (glob: string, path: string) => {
    const pattern = pathPattern(glob);
    return "wrong" in pattern ? undefined : pattern.test(path);
  };

  it.each([
    ["app.log", "bundle/node-a/app.log", true],
    ["app.log", "bundle/node-a/my-app.log", false],
    ["*.log", "bundle/x.log", true],
    ["pods/*/x.log", "b/pods/a/x.log", true],
    ["pods/*/x.log", "b/pods/a/c/x.log", false],
    ["pods/**/x.log", "b/pods/a/c/x.log", true],
    ["pods/**/x.log", "b/pods/x.log", true],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["(a+)+$", "(a+)+$", true],
  ])("%s: %s", (glob, path, expected) => {
    expect(fits(glob, path)).toBe(expected);
  });

  it("takes any glob, and names as they are", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (glob, name) => {
        fits(glob, name);
        expect(namePattern(name.replaceAll("*", ""))(name.replaceAll("*", ""))).toBe(true);
        expect(namePattern(`*${name}*`)(`a${name.replaceAll("*", "b")}c`)).toBe(true);
      }),
    );
  });
});
