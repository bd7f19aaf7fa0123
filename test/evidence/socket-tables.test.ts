import { describe, expect, it } from "vitest";
import type { HostEvidence } from "../../src/evidence/index.ts";
import {
  isElsewhere,
  listenersAt,
  processText,
  socketProcesses,
  socketsOfFlow,
  tablesWith,
} from "../../src/evidence/index.ts";
import { filesOf, hostOf } from "./hosts.ts";

const FIXTURE = "test/fixtures/joins/bundle";
const POD = "10.244.3.7";
const HEADER = "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n";
const ss = (...rows: readonly string[]): string => HEADER + rows.map((row) => `${row}\n`).join("");
const row = (address: string, pid: number, more = "", comm = "cart"): string =>
  `LISTEN 0 128 ${address}:8080 0.0.0.0:* users:(("${comm}",pid=${pid},fd=3))${more}`;

const at = (host: HostEvidence, address: string): string[] =>
  listenersAt(host, address, 8080).flatMap(({ socket, table }) => [
    ...socketProcesses(host, socket).map((each) => `${processText(each)} by ${each.by}`),
    table.artifact.path,
  ]);

const task = (pid: number, comm: string): Record<string, string> => ({
  [`n/proc/${pid}/comm`]: `${comm}\n`,
  [`n/proc/${pid}/status`]: `Name:\t${comm}\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t1\n`,
});

describe("the join of addresses, sockets and processes", () => {
  it("finds a pod's program among others that listen at the same port", async () => {
    const host = await hostOf(filesOf(FIXTURE));
    expect(at(host, POD)).toEqual([
      expect.stringMatching(/^cart \(\d+\) of pod shop\/cart-7d9c8f6b54-x2x7k by inode$/),
      "node-c/netns/cart-ss.txt",
    ]);
    // Nothing tells whose addresses the other lists' namespaces have; loopback addresses are everybody's.
    for (const other of ["10.244.3.8", "192.168.7.3", "127.0.0.1"]) expect(at(host, other)).toEqual([]);
    expect(isElsewhere(host, "node-c/netns/stats-ss.txt", POD)).toBe(true);
    expect(isElsewhere(host, "node-c/netns/cart-ss.txt", POD)).toBe(false);
    const [flow] = tablesWith(host, POD).flatMap(({ model }) =>
      model.sockets.filter(({ state }) => state === "ESTAB"),
    );
    if (!flow) throw new Error("no connection");
    expect(socketsOfFlow(host, flow)).toHaveLength(1);
    expect(socketsOfFlow(host, { ...flow, peerPort: flow.peerPort + 1 })).toEqual([]);
  });

  it("has it of /proc/net/tcp6 and the descriptors alone, without any tool", async () => {
    const files = Object.entries(filesOf(FIXTURE)).filter(([path]) => !path.includes("ss"));
    const host = await hostOf(Object.fromEntries(files));
    expect(at(host, POD)[0]).toMatch(/^cart \(\d+\) of pod shop\/cart-7d9c8f6b54-x2x7k by inode$/);
  });

  it("takes no process for another's of the same number", async () => {
    const files = { "n/hostname": "n\n", "n/ss.txt": ss(row("10.0.0.5", 77)) };
    expect(at(await hostOf({ ...files, ...task(77, "cart") }), "10.0.0.5")[0]).toBe("cart (77) by pid");
    // A pod's own list has the pods' numbers.
    expect(at(await hostOf({ ...files, ...task(77, "kworker/0:1") }), "10.0.0.5")[0]).toBe(
      "cart (77) by listing",
    );
    const inode = { ...files, "n/ss.txt": ss(row("10.0.0.5", 77, " ino:42")) };
    const fd = { "n/proc/77/fd": "lrwx------ 1 root root 64 Nov 22 16:23 3 -> 'socket:[41]'\n" };
    expect(at(await hostOf({ ...inode, ...task(77, "cart"), ...fd }), "10.0.0.5")[0]).toBe(
      "cart (77) by listing",
    );
  });

  it("knows what is bound to every address by the namespace alone", async () => {
    const any = row("0.0.0.0", 77);
    const other = "ESTAB 0 0 10.0.0.5:22 10.0.0.9:4000";
    expect(at(await hostOf({ "n/hostname": "n\n", "n/ss.txt": ss(any) }), "10.0.0.5")).toEqual([]);
    expect(at(await hostOf({ "n/hostname": "n\n", "n/ss.txt": ss(any, other) }), "10.0.0.5")[1]).toBe(
      "n/ss.txt",
    );
    const addresses = "2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\n";
    const beside = { "n/hostname": "n\n", "n/ss.txt": ss(any), "n/ip-addr.txt": addresses };
    expect(at(await hostOf(beside), "10.0.0.5")[1]).toBe("n/ss.txt");
    const apart = { "n/hostname": "n\n", "n/netns/a/ss.txt": ss(any), "n/ip-addr.txt": addresses };
    expect(at(await hostOf(apart), "10.0.0.5")).toEqual([]);
  });

  it("tells nothing where two namespaces claim one address", async () => {
    const ns = (pid: number, inode: number): Record<string, string> => ({
      ...task(pid, "cart"),
      [`n/proc/${pid}/ns`]: `lrwxrwxrwx 1 root root 0 Nov 22 16:23 net -> 'net:[${inode}]'\n`,
    });
    const files = {
      "n/hostname": "n\n",
      "n/ss-a.txt": ss(row("172.17.0.2", 77)),
      "n/ss-b.txt": ss(row("172.17.0.2", 78)),
    };
    expect(
      at(await hostOf({ ...files, ...ns(77, 4026531840), ...ns(78, 4026531841) }), "172.17.0.2"),
    ).toEqual([]);
    expect(
      at(await hostOf({ ...files, ...ns(77, 4026531840), ...ns(78, 4026531840) }), "172.17.0.2"),
    ).not.toEqual([]);
  });
});
