import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fix, ProgramFix } from "../../../src/rules/index.ts";
import {
  APISERVER_TIMEOUT,
  CFS_SLICE_EXPIRY,
  CNI_VERSION_STDIN,
  CONNTRACK_CLASH,
  CONTAINERD_EXEC_SYNC,
  FIXES,
  GO_HOSTS,
  hasDefect,
  HEADLESS_LABEL_RESYNC,
  KMEM_LEAK,
  MEMCG_IDS,
  MIEKG_TCP,
  MUSL_QUERY_ID,
  NODE_CACHE_TCP,
  parseBuiltVersion,
  S6_SYNC,
  TCP_TW_RECYCLE,
} from "../../../src/rules/index.ts";

const CASES: readonly (readonly [Fix, string, boolean | undefined])[] = [
  // By lines of releases.
  [APISERVER_TIMEOUT, "v1.9.11", false],
  [APISERVER_TIMEOUT, "v1.13.12", true],
  [APISERVER_TIMEOUT, "v1.14.7", true],
  [APISERVER_TIMEOUT, "v1.14.8", false],
  [APISERVER_TIMEOUT, "v1.15.4", true],
  [APISERVER_TIMEOUT, "v1.16.1", true],
  [APISERVER_TIMEOUT, "v1.16.2", false],
  [APISERVER_TIMEOUT, "v1.30.0", false],
  [CONTAINERD_EXEC_SYNC, "2.1.5", true],
  [CONTAINERD_EXEC_SYNC, "v2.3.5", false],
  [CONTAINERD_EXEC_SYNC, "v2.4.0", false],
  [HEADLESS_LABEL_RESYNC, "v1.15.12", false],
  [HEADLESS_LABEL_RESYNC, "v1.16.15", true],
  [NODE_CACHE_TCP, "1.15.7", true],
  [NODE_CACHE_TCP, "1.15.10", false],
  [NODE_CACHE_TCP, "1.15.4-amd64", true],
  [S6_SYNC, "v1.21.8.0", true],
  [S6_SYNC, "3.1.6.2", false],
  [GO_HOSTS, "go1.15.15", true],
  [GO_HOSTS, "go1.15", true],
  [GO_HOSTS, "go1.16", false],
  [GO_HOSTS, "go1.9.7", true],
  // Vendors: what is as late as the fix has it; before that nobody can tell.
  [APISERVER_TIMEOUT, "v1.14.6-eks-5047ed", undefined],
  [APISERVER_TIMEOUT, "v1.14.9-eks-f459c0", false],
  [APISERVER_TIMEOUT, "v1.15.12-gke.20", false],
  [APISERVER_TIMEOUT, "v1.14.6+c07e432da", undefined],
  [HEADLESS_LABEL_RESYNC, "v1.15.11-eks-065dce", false],
  [CONTAINERD_EXEC_SYNC, "1.6.20~ds1", undefined],
  [CONTAINERD_EXEC_SYNC, "1.6.20-3.1.el7", undefined],
  [MUSL_QUERY_ID, "1.2.3-r4", undefined],
  [MUSL_QUERY_ID, "1.2.4-r2", false],
  // Trees of somebody's own, and what is before a release.
  [APISERVER_TIMEOUT, "v1.14.3-12+abcdef1234-dirty", undefined],
  [APISERVER_TIMEOUT, "v1.14.8-beta.0.41+7eab6a49736cc7", undefined],
  [APISERVER_TIMEOUT, "v1.14.9-beta.0.44+500f5aba80d712", false],
  [APISERVER_TIMEOUT, "v1.17.0-alpha.1", undefined],
  [APISERVER_TIMEOUT, "v1.18.0-alpha.1", false],
  [APISERVER_TIMEOUT, "v1.15.0-rc.1", true],
  [HEADLESS_LABEL_RESYNC, "v1.16.0-alpha.1", undefined],
  [GO_HOSTS, "go1.16rc1", undefined],
  [GO_HOSTS, "devel go1.17-1607c28172 Tue Mar 30", undefined],
  [CNI_VERSION_STDIN, "v0.7.0-alpha0", false],
  [CNI_VERSION_STDIN, "v0.7.0-alpha1", false],
  // Commits, by their day.
  [CNI_VERSION_STDIN, "v0.6.1-0.20170907120000-0123456789ab", true],
  [CNI_VERSION_STDIN, "v0.6.1-0.20170910120000-0123456789ab", undefined],
  [CNI_VERSION_STDIN, "v0.6.1-0.20170914190000-0123456789ab", false],
  [CNI_VERSION_STDIN, "v0.0.0-20160101000000-0123456789ab", true],
  [CNI_VERSION_STDIN, "v1.0.2-0.20210901000000-0123456789ab", false],
  // The fault came with 1.0.9: of a commit without a release before it nobody can tell whether it has it.
  [MIEKG_TCP, "v0.0.0-20180901000000-0123456789ab", undefined],
  [MIEKG_TCP, "v1.0.15-0.20181101000000-0123456789ab", true],
  [MIEKG_TCP, "v1.0.8", false],
  [MIEKG_TCP, "v1.1.31-0.20200601000000-0123456789ab", false],
  [CONTAINERD_EXEC_SYNC, "v1.7.1-0.20230510123456-0123456789ab", undefined],
  [CONTAINERD_EXEC_SYNC, "v2.3.7-0.20261001000000-0123456789ab", false],
  // What tells nothing.
  ...[
    "latest",
    "",
    "(devel)",
    "v1",
    "1.15",
    "b34a5c8af56e510852c35414db4c1f4fa6172339",
    "1.9x",
    "sha256:00",
  ].map((text) => [APISERVER_TIMEOUT, text, undefined] as const),
  // Kernels.
  [TCP_TW_RECYCLE, "4.11.12", true],
  [TCP_TW_RECYCLE, "3.10.0-1160.el7.x86_64", true],
  [TCP_TW_RECYCLE, "4.18.0-305.el8.x86_64", false],
  [CONNTRACK_CLASH, "5.5.19", true],
  [CONNTRACK_CLASH, "5.6.0", false],
  [CONNTRACK_CLASH, "5.6.0-rc2", undefined],
  [CONNTRACK_CLASH, "5.4.0-42-generic", undefined],
  [CONNTRACK_CLASH, "5.10.0-8-amd64", false],
  [KMEM_LEAK, "3.10.0-957.21.3.el7.x86_64", true],
  [KMEM_LEAK, "3.10.0-1062.4.1.el7.x86_64", false],
  [KMEM_LEAK, "3.10.108", true],
  [KMEM_LEAK, "3.16.0-4-amd64", undefined],
  [KMEM_LEAK, "2.6.32", false],
  [MEMCG_IDS, "4.4.50", undefined],
  [MEMCG_IDS, "3.18.140", false],
  [MEMCG_IDS, "4.8.0", false],
  [MEMCG_IDS, "4.4.0-21-generic", undefined],
  // Builds of extended support, made when newer minor releases had the fix already.
  [KMEM_LEAK, "3.10.0-957.el7.x86_64", true],
  [KMEM_LEAK, "3.10.0-957.27.2.el7.x86_64", true],
  [KMEM_LEAK, "3.10.0-957.38.1.el7.x86_64", undefined],
  [KMEM_LEAK, "3.10.0-862.48.1.el7.x86_64", undefined],
  [KMEM_LEAK, "3.10.0-1062.1.2.el7.x86_64", true],
  [KMEM_LEAK, "3.10.0-1062.4.1.rt56.1027.el7.x86_64", false],
  [CFS_SLICE_EXPIRY, "3.10.0-1062.7.1.el7.x86_64", true],
  [CFS_SLICE_EXPIRY, "4.18.0-80.11.2.el8_0.x86_64", true],
  [CFS_SLICE_EXPIRY, "4.18.0-80.18.1.el8_0.x86_64", undefined],
  [CFS_SLICE_EXPIRY, "4.18.0-147.el8.x86_64", true],
  // Of Ubuntu, and kernels as they are that Ubuntu builds.
  [CFS_SLICE_EXPIRY, "4.15.0-66-generic", true],
  [CFS_SLICE_EXPIRY, "4.15.0-67-generic", false],
  [CFS_SLICE_EXPIRY, "4.15.0-1054-aws", undefined],
  [CFS_SLICE_EXPIRY, "5.4.0-42-generic", false],
  [CFS_SLICE_EXPIRY, "4.15.18-041518-generic", true],
  [CFS_SLICE_EXPIRY, "5.3.8-050308-generic", true],
  [CFS_SLICE_EXPIRY, "5.3.9-050309-lowlatency", false],
  [CFS_SLICE_EXPIRY, "5.4.0-050400rc3-generic", undefined],
  [CFS_SLICE_EXPIRY, "4.14.152-127.182.amzn2.x86_64", true],
  [CFS_SLICE_EXPIRY, "4.14.154-128.181.amzn2.x86_64", false],
  [CFS_SLICE_EXPIRY, "4.14.138+", undefined],
  [CFS_SLICE_EXPIRY, "4.19.112+", false],
  [CFS_SLICE_EXPIRY, "4.19.0-9-amd64", undefined],
  [CFS_SLICE_EXPIRY, "4.19.56-flatcar", undefined],
];

describe("whether a version has a defect", () => {
  it.each(CASES.map(([fix, text, is]) => [fix.id, text, is, fix] as const))("%s: %j", (_, text, is, fix) => {
    expect(hasDefect(fix, text)).toBe(is);
  });

  const programs = FIXES.filter((fix): fix is ProgramFix => fix.component !== "linux");
  const anyFix = fc.constantFrom(...programs);
  const part = fc.nat({ max: 40 });
  const version = fc.tuple(fc.nat({ max: 3 }), part, part, part).map((parts) => parts.join("."));
  const suffix = fc.constantFrom(
    "-eks-4d21f",
    "-gke.100",
    "+k3s1",
    "-3.1.el7",
    "~ds1-1+b1",
    "-12+abcdef-dirty",
    "-dirty",
  );

  it("is so from the first bound to the fix of its line, and not later", () => {
    fc.assert(
      fc.property(anyFix, fc.nat({ max: 200 }), fc.nat({ max: 50 }), (fix, pick, more) => {
        const { fixedIn = [] } = fix.affected;
        const bound = parseBuiltVersion(fixedIn[pick % fixedIn.length] ?? "")?.numbers ?? [];
        const at = bound.length - 1;
        const later = bound.map((each, i) => (i === at ? each + more : each));
        expect(hasDefect(fix, later.join("."))).toBe(false);
        const afterAll = parseBuiltVersion(fixedIn.at(-1) ?? "")?.numbers ?? [];
        const next = afterAll.map((each, i) => (i === 1 ? each + 1 + more : i > 1 ? pick : each));
        expect(hasDefect(fix, next.join("."))).toBe(false);
        // The release before the fix has the defect, if there is one in its line.
        const own = bound[at] ?? 0;
        const before = bound.map((each, i) => (i === at ? Math.max(0, own - 1) : each));
        expect(hasDefect(fix, before.join("."))).toBe(own > 0);
      }),
    );
  });

  it("is never so of a vendor's build, which is mended where the release is", () => {
    fc.assert(
      fc.property(anyFix, version, suffix, (fix, release, behind) => {
        const plain = hasDefect(fix, release);
        const built = hasDefect(fix, `${release}${behind}`);
        expect(built).not.toBe(true);
        expect(built).toBe(plain === false ? false : undefined);
      }),
    );
  });

  it("of a version before a release is that of its neighbours, or nothing", () => {
    fc.assert(
      fc.property(anyFix, version, fc.constantFrom("alpha.1", "beta.0", "rc.3"), (fix, release, early) => {
        fc.pre(fix.affected.fixedIn?.some((bound) => bound.includes("-")) !== true);
        expect([undefined, hasDefect(fix, release)]).toContain(hasDefect(fix, `${release}-${early}`));
      }),
    );
  });

  it("is undefined or a truth for any text, and changes with nothing around it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIXES), fc.oneof(fc.string({ maxLength: 60 }), version), (fix, text) => {
        const is = hasDefect(fix, text);
        expect([true, false, undefined]).toContain(is);
        expect(hasDefect(fix, ` ${text} `)).toBe(is);
      }),
    );
  });
});
