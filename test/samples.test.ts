import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { packXz, packZip } from "./pack.ts";
import { analyzeFiles } from "./rules/case.ts";
import { InquestError } from "../src/bytes/index.ts";
import type { Report } from "../src/report/index.ts";

/** What each sample's story demands, written from the story: see its README. */
const EXPECTED: Record<string, Record<string, string>> = {
  "abrupt-rollout": { "kube/abrupt-rollout": "confirmed", "tcp/connection-refused": "confirmed" },
  "conntrack-full": { "node/conntrack-drops": "confirmed", "node/conntrack-full": "confirmed" },
  "cpu-hotspot": { "go/cpu-hotspot": "confirmed" },
  "disk-full": { "node/no-space": "confirmed", "node/disk-full": "confirmed" },
  "dns-duplicate-id": {
    "dns/duplicate-id": "confirmed",
    "dns/conntrack-race": "ruled-out",
    "dns/upstream-dead": "ruled-out",
    "dns/answer-lost": "possible",
    "dns/ambiguous-answer": "confirmed",
    "dns/failed-lookup": "confirmed",
    "dns/slow-lookup": "confirmed",
  },
  "dns-search-list": {
    "dns/many-nxdomain": "confirmed",
    "dns/search-amplification": "confirmed",
    "dns/hosts-name-asked": "confirmed",
    "dns/hosts-bypassed": "confirmed",
  },
  "dns-top-talker": { "dns/uneven-load": "confirmed", "dns/top-talker": "confirmed" },
  "dns-upstream-dead": {
    "dns/silent-server": "confirmed",
    "dns/upstream-errors": "confirmed",
    "dns/slow-lookup": "confirmed",
    "dns/failed-lookup": "confirmed",
    "dns/upstream-dead": "confirmed",
    "node/stale-resolv-conf": "confirmed",
    "dns/duplicate-id": "ruled-out",
    "dns/answer-lost": "ruled-out",
    "dns/conntrack-race": "ruled-out",
  },
  "endpoint-resync-storm": {
    "kube/workqueue-backlog": "confirmed",
    "kube/endpoint-write-storm": "confirmed",
    "kube/endpoint-resync-storm": "confirmed",
  },
  "goroutine-leak": {
    "go/goroutine-pileup": "confirmed",
    "go/goroutine-leak": "likely",
    "go/goroutine-per-connection": "ruled-out",
  },
  "goroutine-pileup-busy": {
    "go/goroutine-pileup": "confirmed",
    "go/goroutine-per-connection": "likely",
    "go/goroutine-leak": "possible",
  },
  healthy: {},
  "heap-growth": {
    "go/heap-dominator": "confirmed",
    "go/heap-increase": "confirmed",
    "go/heap-growth": "confirmed",
  },
  "kube-proxy-node-ips": { "go/cpu-hotspot": "confirmed", "kube/kube-proxy-node-ips": "likely" },
  "leak-until-oom": {
    "go/goroutine-pileup": "confirmed",
    "go/goroutine-leak": "confirmed",
    "go/goroutine-per-connection": "ruled-out",
    "kube/oom-killed": "confirmed",
    "kube/oom-by-leak": "confirmed",
    "kube/memory-limit-reached": "confirmed",
    "node/memory-exhausted": "ruled-out",
  },
  "long-lived-connections": { "tcp/uneven-backends": "confirmed", "tcp/long-lived-connections": "confirmed" },
  "mutex-contention": {
    "go/goroutine-pileup": "confirmed",
    "go/lock-wait": "confirmed",
    "go/mutex-contention": "confirmed",
    "go/mutex-deadlock": "possible",
    "go/goroutine-leak": "possible",
    "go/goroutine-per-connection": "ruled-out",
  },
  "mutex-deadlock": {
    "go/goroutine-pileup": "confirmed",
    "go/mutex-deadlock": "likely",
    "go/mutex-contention": "possible",
    "go/goroutine-leak": "possible",
    "go/goroutine-per-connection": "ruled-out",
  },
  "oom-killed": {
    "kube/oom-killed": "confirmed",
    "kube/memory-limit-reached": "confirmed",
    "node/memory-exhausted": "ruled-out",
  },
  "refused-and-icmp": { "tcp/connection-refused": "confirmed", "tcp/icmp-unreachable": "confirmed" },
  "replicaset-pileup": {
    "go/heap-dominator": "confirmed",
    "go/heap-growth": "possible",
    "kube/replicaset-pileup": "confirmed",
  },
  "s6-sync": {
    "proc/pid-namespace-zap-hang": "confirmed",
    "proc/s6-sync": "confirmed",
    "proc/frozen-filesystem": "confirmed",
    "proc/uninterruptible": "confirmed",
  },
  "snat-port-race": {
    "tcp/syn-unanswered": "confirmed",
    "tcp/snat-port-race": "confirmed",
    "tcp/firewall-drop": "possible",
    "tcp/tw-recycle-nat": "ruled-out",
    "tcp/syn-backlog-overflow": "ruled-out",
    "tcp/local-source-drop": "ruled-out",
    "tcp/reverse-path-filter": "ruled-out",
    "tcp/dead-backend": "ruled-out",
  },
  "syn-backlog-overflow": {
    "tcp/syn-unanswered": "confirmed",
    "tcp/syn-backlog-overflow": "confirmed",
    "tcp/firewall-drop": "possible",
    "tcp/tw-recycle-nat": "ruled-out",
    "tcp/snat-port-race": "ruled-out",
    "tcp/local-source-drop": "ruled-out",
    "tcp/reverse-path-filter": "ruled-out",
    "tcp/dead-backend": "ruled-out",
  },
  "syn-unanswered": {
    "tcp/syn-unanswered": "confirmed",
    "tcp/firewall-drop": "likely",
    "tcp/tw-recycle-nat": "ruled-out",
    "tcp/syn-backlog-overflow": "ruled-out",
    "tcp/snat-port-race": "ruled-out",
    "tcp/local-source-drop": "ruled-out",
    "tcp/reverse-path-filter": "ruled-out",
    "tcp/dead-backend": "ruled-out",
  },
  "thread-burst": {
    "go/thread-pileup": "confirmed",
    "go/idle-threads": "likely",
    "go/thread-leak": "ruled-out",
  },
  "thread-leak": {
    "go/goroutine-pileup": "confirmed",
    "go/goroutine-per-connection": "ruled-out",
    "go/goroutine-leak": "possible",
    "go/thread-pileup": "confirmed",
    "go/thread-leak": "likely",
    "go/idle-threads": "ruled-out",
  },
  "tw-recycle-nat": {
    "tcp/syn-unanswered": "confirmed",
    "tcp/tw-recycle-nat": "confirmed",
    "tcp/firewall-drop": "possible",
    "tcp/snat-port-race": "possible",
    "tcp/syn-backlog-overflow": "ruled-out",
    "tcp/local-source-drop": "ruled-out",
    "tcp/reverse-path-filter": "ruled-out",
    "tcp/dead-backend": "ruled-out",
  },
  "unclosed-bodies": {
    "go/goroutine-pileup": "confirmed",
    "go/goroutine-leak": "confirmed",
    "go/goroutine-per-connection": "possible",
  },
  "cni-version": { "proc/stdin-wait": "confirmed", "cni/version-reads-stdin": "confirmed" },
  "frozen-cgroup": { "proc/uninterruptible": "confirmed", "proc/frozen-cgroup": "confirmed" },
  "memcg-oom-disabled": { "proc/uninterruptible": "confirmed", "proc/memcg-oom-disabled": "confirmed" },
  "stopped-init": {
    "proc/stopped-init": "confirmed",
    "proc/zombies": "confirmed",
    "proc/zombie-not-reaped": "confirmed",
  },
  "xtables-lock": { "proc/file-lock-wait": "confirmed", "proc/xtables-lock": "confirmed" },
  "zap-fuse": {
    "proc/pid-namespace-zap-hang": "confirmed",
    "proc/uninterruptible": "confirmed",
    "proc/fuse-server-stuck": "confirmed",
    "proc/s6-sync": "ruled-out",
  },
  "zap-frozen": {
    "proc/pid-namespace-zap-hang": "confirmed",
    "proc/frozen-filesystem": "confirmed",
    "proc/s6-sync": "ruled-out",
    "proc/uninterruptible": "confirmed",
  },
};

type Files = Record<string, Uint8Array>;

function read(sample: string): Files {
  const root = `samples/${sample}/bundle`;
  const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`bundle/${path.slice(root.length + 1)}`, new Uint8Array(readFileSync(path))];
    }),
  );
}

async function archive(files: Files): Promise<Uint8Array> {
  const entries = Object.entries(files);
  return packTar(entries.map(([name, body]) => ({ header: { name, size: body.length }, body })));
}

/** A case of one file that is cut to nothing can't be read at all; that is said, and is no finding. */
function onlyUnreadable(error: unknown): { findings: Report["findings"] } {
  if (error instanceof InquestError && error.code === "nothing-readable") return { findings: [] };
  throw error;
}

const verdicts = ({ findings }: Report) => Object.fromEntries(findings.map((f) => [f.rule, f.verdict]));
const mapKeys = (files: Files, to: (path: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, body]) => [to(path), body]));

describe.each(Object.entries(EXPECTED))("sample %s", (sample, expected) => {
  const files = read(sample);

  it("gets the verdicts that its story demands", async () => {
    expect(verdicts(await analyzeFiles(files))).toEqual(expected);
  });

  it("has a README and the script that made it", () => {
    for (const file of ["README.md", "make.sh"])
      expect(existsSync(`samples/${sample}/${file}`), file).toBe(true);
  });

  it("gets the same in reverse order, compressed, archived, or renamed at the top", async () => {
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    expect(verdicts(await analyzeFiles(reversed))).toEqual(expected);
    const packed = Object.fromEntries(
      Object.entries(files).map(([path, body]) => [path, new Uint8Array(gzipSync(body))]),
    );
    expect(verdicts(await analyzeFiles(packed))).toEqual(expected);
    const tar = await archive(files);
    expect(verdicts(await analyzeFiles({ "case.tar": tar }))).toEqual(expected);
    expect(verdicts(await analyzeFiles({ "case.tar.gz": new Uint8Array(gzipSync(tar)) }))).toEqual(expected);
    const inner = { "upload/case.zip": packZip(files) };
    expect(verdicts(await analyzeFiles({ "ticket.tar.xz": packXz(await archive(inner)) }))).toEqual(expected);
    const wrapped = mapKeys(files, (path) => `ticket-17/evidence/${path}`);
    expect(verdicts(await analyzeFiles(wrapped))).toEqual(expected);
    const renamed = mapKeys(files, (path) => path.replace("bundle/", "evidence-4711/"));
    expect(verdicts(await analyzeFiles(renamed))).toEqual(expected);
  });

  it("confirms nothing more when any of its files is cut anywhere or lost", async () => {
    const paths = Object.keys(files);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (path, at) => {
          const whole = files[path] ?? new Uint8Array();
          const cut = whole.subarray(0, Math.floor(whole.length * at));
          const { [path]: _, ...others } = files;
          const report = await analyzeFiles(
            at === 1 && paths.length > 1 ? others : { ...others, [path]: cut },
          ).catch(onlyUnreadable);
          const causes = report.findings.filter(
            ({ kind, verdict }) => kind === "cause" && verdict === "confirmed",
          );
          for (const { rule } of causes) expect(expected[rule]).toBe("confirmed");
        },
      ),
      { numRuns: 25 },
    );
  });

  it("gets the same with a second, healthy host beside it", async () => {
    const healthy = mapKeys(read("healthy"), (path) => path.replace("/node-f/", "/node-z/"));
    expect(verdicts(await analyzeFiles({ ...files, ...healthy }))).toEqual(expected);
  });
});

it("every sample is expected to be something", () => {
  const folders = readdirSync("samples", { withFileTypes: true }).filter((entry) =>
    existsSync(join("samples", entry.name, "bundle")),
  );
  expect(folders.map((entry) => entry.name).sort()).toEqual(Object.keys(EXPECTED).sort());
});
