import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { looksLikeLog } from "../../src/logs/recognise.ts";
import { scan } from "./scan.ts";

/** What the programs themselves wrote; see real.sh beside them. */
const read = (name: string) => readFileSync(`test/fixtures/logs/real/${name}`);

describe("logs of real programs", () => {
  it.each([
    ["dockerd.log", "dockerd", 124],
    ["containerd.log", "containerd", 62],
    ["etcd-capnslog.log", "etcd", 43],
    ["etcd-zap.log", "etcd", 39],
    ["etcd-full.log", "etcd", 4],
  ])("%s is of its program, by its name and by its lines", (name, component, lines) => {
    for (const path of [name, "a.txt"]) {
      expect(looksLikeLog(read(name), path)).toBe(true);
      const log = scan(read(name), path);
      expect(log).toMatchObject({ lines, bytes: read(name).length, diagnostics: [] });
      // Dockerd's containerd writes into the same log.
      expect(log.components).toContain(component);
      expect([log.from?.text.slice(0, 10), log.to?.text.slice(0, 10)]).toEqual(["2026-11-22", "2026-11-22"]);
    }
  });

  it("dockerd tells which container ignored SIGTERM, and which could not be killed", () => {
    expect(scan(read("dockerd.log"), "dockerd.log").events).toMatchObject([
      {
        signature: "container-kill-timeout",
        fields: { after: "another signal", container: expect.stringMatching(/^45007e9f7900/) as unknown },
        first: { fields: { waited: "3s", signal: "15" } },
      },
      {
        signature: "container-kill-timeout",
        fields: { after: "SIGKILL", container: expect.stringMatching(/^a460f8f35ec6/) as unknown },
        first: { time: { is: "moment" }, fields: { waited: "10 seconds" } },
      },
    ]);
  });

  it("etcd raises its alarm in both forms, and tells of a full disk in another way", () => {
    for (const name of ["etcd-capnslog.log", "etcd-zap.log"])
      expect(scan(read(name), name).events).toMatchObject([{ signature: "etcd-no-space", count: 1 }]);
    expect(scan(read("etcd-full.log"), "etcd.log").events).toMatchObject([
      { signature: "no-space", fields: { path: "/var/lib/lab/frozen" } },
    ]);
  });

  it("containerd that starts and ends says nothing", () => {
    expect(scan(read("containerd.log"), "containerd.log").events).toEqual([]);
  });
});
