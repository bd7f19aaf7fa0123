import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { captureOf, healthy, lookup, POD } from "./lookups.ts";

const RULE = "dns/hosts-bypassed";
const UID = "0a1b2c3d-0000-4000-8000-000000000001";
const HOSTS = `127.0.0.1\tlocalhost\n${POD}\tshop-0\n172.16.0.11\tapi.example.com\n`;
const slow = lookup({ time: 9, name: "api.example.com", ids: [7, 8], a: 1, retry: 5 });
const etc = "n/pods/shop/rootfs/etc";
const whole = {
  "n/pods/shop/pod.pcap": captureOf(healthy(4), slow),
  [`${etc}/hosts`]: HOSTS,
  [`${etc}/alpine-release`]: "3.9.6\n",
};
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed where the image's /etc has no nsswitch.conf and both types of a listed name are asked", async () => {
    const finding = findingOf(await analyzeFiles(whole), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.explains).toEqual(["dns/hosts-name-asked", "dns/slow-lookup"]);
    expect(finding.evidence.map(({ text }) => text)).toEqual([
      "3 queries for api.example.com",
      "172.16.0.11\tapi.example.com",
      `${etc}/ was collected, with alpine-release, hosts, and has no nsswitch.conf`,
    ]);
    expect(finding.missing.map(({ command }) => command)).toEqual(["go version -m /proc/PID/exe"]);
    expect(await verdicts({ ...whole, [`${etc}/nsswitch.conf`]: "hosts: dns files\n" })).toEqual([
      "confirmed",
    ]);
  });

  it("is ruled out where nsswitch.conf puts files first: then something else asks", async () => {
    expect(await verdicts({ ...whole, [`${etc}/nsswitch.conf`]: "hosts: files mdns4 dns\n" })).toEqual([
      "ruled-out",
    ]);
  });

  it("is likely where the rest of /etc was not collected: what is not there may be there", async () => {
    const files = { "pod.pcap": captureOf(healthy(4), slow), "pod/etc/hosts": HOSTS };
    expect(await verdicts(files)).toEqual(["likely"]);
    expect(await verdicts({ ...files, "pod/etc/resolv.conf": "nameserver 10.96.0.10\n" })).toEqual([
      "likely",
    ]);
    expect(await verdicts({ ...whole, [`${etc}/nsswitch.conf`]: "" })).toEqual(["likely"]);
  });

  it("goes by the Go version of the pod's programs, where all of them were asked", async () => {
    const pod = stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "shop-0", namespace: "shop", uid: UID },
      spec: { nodeName: "n", containers: [{ name: "shop", image: "shop" }] },
      status: { phase: "Running", podIP: POD },
    });
    const task = (pid: number, comm: string) => ({
      [`n/proc/${pid}/comm`]: `${comm}\n`,
      [`n/proc/${pid}/status`]: `Name:\t${comm}\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t1\n`,
      [`n/proc/${pid}/cgroup`]: `1:memory:/kubepods/pod${UID}/${"a".repeat(64)}\n`,
    });
    const builds = (version: string) => `/proc/41/exe: ${version}\n\tpath\texample.com/shop\n`;
    const { [`${etc}/alpine-release`]: _, ...open } = whole;
    const files = { ...open, "cluster/pod.yaml": pod, ...task(40, "pause"), ...task(41, "shop") };
    expect(await verdicts(files)).toEqual(["likely"]);
    expect(await verdicts({ ...files, "n/go-version.txt": builds("go1.13.8") })).toEqual(["confirmed"]);
    expect(await verdicts({ ...files, "n/go-version.txt": builds("go1.20.1") })).toEqual(["ruled-out"]);
    expect(await verdicts({ ...files, "n/go-version.txt": builds("devel go1.17-1607c28 Tue") })).toEqual([
      "likely",
    ]);
    // A program beside it of which nothing is known may be the one that asks.
    const beside = { ...files, ...task(42, "nginx"), "n/go-version.txt": builds("go1.20.1") };
    expect(await verdicts(beside)).toEqual(["likely"]);
  });

  it("is no rival where other names are slow, and weaker where one type is asked, as dig does", async () => {
    const other = lookup({ time: 9, name: "db.example.com", ids: [7, 8], a: 1, retry: 5 });
    expect(await verdicts({ ...whole, "n/pods/shop/pod.pcap": captureOf(healthy(4), other) })).toEqual([]);
    const dig = slow
      .filter(([, packet]): boolean => packet.slice(-4, -2).join() !== "0,28")
      .map((each): Timed => each);
    expect(await verdicts({ ...whole, "n/pods/shop/pod.pcap": captureOf(healthy(4), dig) })).toEqual([
      "likely",
    ]);
  });
});
