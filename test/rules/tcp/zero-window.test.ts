import { describe, expect, it } from "vitest";
import { ACK } from "../../pcap/frames.ts";
import { Script } from "../../pcap/script.ts";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf } from "../../evidence/hosts.ts";
import { captureOfScripts, recorded } from "./connection-cases.ts";
import { analyzeNode, fixture } from "./listener-cases.ts";

const RULE = "tcp/zero-window";

/** A reader whose window is closed for so many seconds. */
const closed = (seconds: number, reader: 0 | 1 = 1): Script =>
  new Script()
    .open()
    .send(0.1, reader === 1 ? 0 : 1, ACK, { length: 1000 })
    .send(0.2, reader, ACK, { ack: 1000, window: 0 })
    .send(0.2 + seconds, reader, ACK, { ack: 1000, window: 900 });

describe(RULE, () => {
  it("is seen of a real reader that stops, and of either side", async () => {
    const finding = findingOf(await analyzeNode({ "c.pcap": recorded("zero_window") }), RULE);
    expect(finding).toMatchObject({
      verdict: "confirmed",
      kind: "symptom",
      subject: { name: "10.244.2.20:8080", reader: "server" },
    });
    const client = findingOf(await analyzeNode({ "c.pcap": captureOfScripts([closed(9, 0)]) }), RULE);
    expect(client.summary).toBe(
      "In 1 connection 1 client of 192.168.50.20:80 did not read what had come: the client's receive window was zero for up to 9.0 s.",
    );
  });

  it("leads from the capture to the pod, the program and the goroutines that don't read", async () => {
    const files = filesOf("test/fixtures/joins/bundle");
    const finding = findingOf(await analyzeFiles(files), RULE);
    const pid = /proc\/(\d+)\/fd/.exec(finding.evidence.map(({ artifact }) => artifact).join(" "))?.[1] ?? "";
    const pod = "pod shop/cart-7d9c8f6b54-x2x7k";
    expect(finding.summary.replaceAll(pid, "PID")).toBe(
      `In 3 connections the program behind 10.244.3.7:8080 (${pod}, Service shop/cart) did not read what had come: the server's ` +
        "receive window was zero for up to 6.7 s. When sockets were listed, up to 120176 bytes waited to be read in 3 of them, by " +
        `cart (PID) of ${pod}. 2 of 7 goroutines of cart (PID) stand in main.record [sync.Mutex.Lock].`,
    );
    expect(finding.evidence.map(({ artifact }) => artifact.replace(pid, "PID"))).toEqual([
      "node-c/cart.pcap",
      "node-c/netns/cart-ss.txt",
      "node-c/proc/PID/fd",
      "node-c/proc/PID/cgroup",
      "cluster/pods.yaml",
      "node-c/pprof/PID/goroutine.txt",
      "cluster/pods.yaml",
      "cluster/pods.yaml",
    ]);
  });

  it("names no program of another host, nor of another network namespace", async () => {
    const files = Object.entries(filesOf("test/fixtures/joins/bundle"));
    const moved = files.map(([path, bytes]): [string, Uint8Array] => [
      /cart-ss|proc\//.test(path) ? path.replace("node-c", "node-x") : path,
      bytes,
    ]);
    const host: [string, Uint8Array] = ["node-x/hostname", new TextEncoder().encode("node-x\n")];
    const others = [
      Object.fromEntries([...moved, host]),
      Object.fromEntries(files.filter(([path]) => !/cart-ss|tcp/.test(path))),
    ];
    for (const other of others) {
      const { summary } = findingOf(await analyzeFiles(other), RULE);
      expect(summary).toMatch(/receive window was zero for up to 6\.7 s\.$/);
    }
  });

  it("is not seen of one that reads again soon, nor in captures of other troubles", async () => {
    expect(verdictsOf(await analyzeNode({ "c.pcap": captureOfScripts([closed(3)]) }), RULE)).toEqual([]);
    for (const name of ["path_mtu", "routing_loop", "untranslated_reply"])
      expect(verdictsOf(await analyzeNode({ "c.pcap": recorded(name) }), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": fixture("tcp_midstream_loss_any.s100") }), RULE)).toEqual(
      [],
    );
  });
});
