import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { block, option, scene, section } from "../pcap/files.ts";
import { bytes, dns, ethernet, ip, join as joinBytes, udp } from "../pcap/frames.ts";
import { fixture, fixturePath } from "../pcap/fixtures.ts";

const ROOT = join(import.meta.dirname, "../..");
let home = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "inquest-pcap-"));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function pcap(args: string[], { cwd = fixturePath("."), input }: { cwd?: string; input?: Uint8Array } = {}) {
  const bin = join(ROOT, "bin/inquest.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "pcap", ...args], {
    cwd,
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}

/** The commands of the page, each with what it says that they print. */
const examples = [
  ...readFileSync(join(ROOT, "docs/pcap.md"), "utf8").matchAll(
    /```sh\ninquest pcap (.+)\n```\n\n```text\n([^]*?)```/g,
  ),
].map(([, command = "", output = ""]) => ({ command, output }));

describe("docs/pcap.md", () => {
  it("has an example of each view", () => {
    const views = new Set(examples.map(({ command }) => command.split(" ")[0]));
    expect(views).toEqual(new Set(["connections", "dns", "summary", "talkers", "tcp"]));
  });

  it.each(examples)("inquest pcap $command prints what it says", ({ command, output }) => {
    expect(pcap(command.split(" "))).toEqual({ status: 0, stdout: output, stderr: "" });
  });

  it("keeps its tables within a terminal of 100 columns", () => {
    for (const { command, output } of examples)
      for (const line of output.split("\n"))
        expect(line.length, `${command}: ${line}`).toBeLessThanOrEqual(100);
  });
});

describe("inquest pcap", () => {
  const NAME = "dns_port_unreachable.pod.pcap";

  it("reads gzip and standard input as it reads files", () => {
    writeFileSync(join(home, "x.gz"), gzipSync(fixture(NAME)));
    const { stdout } = pcap(["dns", "--queries", NAME]);
    expect(stdout).toContain("ICMP 3/3");
    expect(pcap(["dns", "--queries", "x.gz"], { cwd: home }).stdout).toBe(stdout);
    expect(pcap(["dns", "--queries", "-"], { input: fixture(NAME) }).stdout).toBe(stdout);
    expect(pcap(["dns", "--queries", "-"], { input: gzipSync(fixture(NAME)) }).stdout).toBe(stdout);
    const followed = pcap(["connections", "--frame", "1", NAME]).stdout;
    expect(followed).toContain("port unreachable");
    expect(pcap(["connections", "--frame", "1", "-"], { input: gzipSync(fixture(NAME)) }).stdout).toBe(
      followed,
    );
  });

  it("shows several captures one below the other, and goes on behind one that it can't read", () => {
    writeFileSync(join(home, "none.pcap"), "nothing");
    writeFileSync(join(home, "one.pcap"), fixture(NAME));
    const { status, stdout, stderr } = pcap(["dns", "one.pcap", "none.pcap", "one.pcap"], { cwd: home });
    expect(status).toBe(0);
    expect(stdout.match(/^==> one\.pcap <==$/gm)).toHaveLength(2);
    expect(stderr).toBe("inquest: none.pcap: not a packet capture\n");
    const json = pcap(["dns", "one.pcap", "none.pcap", "one.pcap", "--format", "json"], { cwd: home });
    const { captures } = JSON.parse(json.stdout) as { captures: { file: string; queries: number }[] };
    expect(captures.map(({ file, queries }) => [file, queries])).toEqual([
      ["one.pcap", 8],
      ["one.pcap", 8],
    ]);
  });

  it("reads several captures as one", () => {
    const pod = fixture("dns_baseline.pod.pcap");
    writeFileSync(join(home, "whole.pcap"), pod);
    // Two files of one capture, the second one as tcpdump would begin it.
    const records = [24];
    const { buffer, byteOffset } = pod;
    const view = new DataView(buffer, byteOffset, pod.length);
    for (let at = 24; at < pod.length; at += 16 + view.getUint32(at + 8, true))
      records.push(at + 16 + view.getUint32(at + 8, true));
    const half = records[5] ?? 0;
    writeFileSync(join(home, "part0"), pod.subarray(0, half));
    writeFileSync(join(home, "part1"), new Uint8Array([...pod.subarray(0, 24), ...pod.subarray(half)]));
    const list = ["dns", "--queries"];
    const whole = pcap([...list, "whole.pcap"], { cwd: home }).stdout;
    for (const how of ["--merge", "--continuous"]) {
      const parts = pcap([...list, how, "part1", "part0"], { cwd: home });
      expect(parts).toEqual({ status: 0, stdout: whole, stderr: "" });
    }
    expect(pcap(["summary", "--merge", "part0", "part1"], { cwd: home }).stdout).toContain(
      "2, read as one capture",
    );
    expect(pcap([...list, "part0", "part1"], { cwd: home }).stdout).toContain("==> part1 <==");
    writeFileSync(join(home, "none.pcap"), "nothing at all, and no capture");
    const { status, stdout, stderr } = pcap([...list, "--merge", "none.pcap", "part1", "part0"], {
      cwd: home,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: whole });
    expect(stderr).toContain("no capture begins with");
  });

  it("shows what stands before damage, and tells the damage", () => {
    writeFileSync(join(home, "cut.pcap"), fixture(NAME).subarray(0, 500));
    const { status, stdout, stderr } = pcap(["summary", "cut.pcap"], { cwd: home });
    expect(status).toBe(0);
    expect(stdout).toContain("the file ends inside a record");
    expect(stderr).toMatch(/^inquest: cut\.pcap: in part: /);
  });

  it.each(["summary", "tcp", "dns", "talkers", "connections"])("prints %s as JSON, with frames", (view) => {
    const lists = { tcp: ["--attempts"], dns: ["--queries"] }[view] ?? [];
    const file = "tcp_tw_recycle_uptime.node-any.pcap";
    const { status, stdout, stderr } = pcap([view, ...lists, "--format", "json", file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ captures: [{ file }] });
    expect(stdout).toMatch(/[fF]rame|queries/);
  });

  it("prints a ladder as one object", () => {
    const { stdout } = pcap(["connections", "--frame", "9", "--format", "json", "tcp_refused_mix.pod.pcap"]);
    expect(JSON.parse(stdout)).toMatchObject({
      file: "tcp_refused_mix.pod.pcap",
      server: "192.168.50.20",
      rungs: [
        { frame: 9, from: "client" },
        { frame: 10, from: "server", icmp: { type: 3, code: 3 } },
      ],
    });
  });

  it("lets nothing of a capture act upon the terminal", () => {
    const query = dns({ id: 1, name: "\u001b[2J\u0007\r\nevil.example" });
    const frame = ethernet(ip({ from: "10.0.0.1", to: "10.0.0.2" }, 17, udp(40_000, 53, query)));
    writeFileSync(join(home, "evil.pcap"), scene([[0, frame]]));
    for (const args of [
      ["dns", "--queries"],
      ["dns", "--by", "name"],
      ["connections", "--frame", "1"],
    ]) {
      const { status, stdout } = pcap([...args, "evil.pcap"], { cwd: home });
      expect(status).toBe(0);
      expect(stdout).toContain("evil");
      expect(stdout).toMatch(/^[\n -~µ]*$/);
    }
  });

  it("keeps an interface's name on its line", () => {
    const name = new TextEncoder().encode("eth0\u001b[2J\nConfirmed: all is well");
    const described = block(1, joinBytes(bytes(1, 0, 0, 0, 0, 0, 0, 0), option(2, name)));
    writeFileSync(join(home, "named.pcapng"), joinBytes(section(), described));
    const { stdout } = pcap(["summary", "named.pcapng"], { cwd: home });
    expect(stdout).toContain("Interfaces  eth0\\u001b[2J Confirmed: all is well\n");
  });

  it.each([
    [["tcp", "nowhere.pcap"], "nowhere.pcap: no such file"],
    [["tcp", "make.sh"], "make.sh: not a packet capture"],
    [["tcp", "--outcome", "lost", NAME], "there is no outcome lost"],
    [["tcp", "--server", "here", NAME], "here is no address"],
    [["tcp", "--port", "99999", NAME], "--port needs a port"],
    [["tcp", "--limit", "-1", NAME], "--limit needs a whole number"],
    [["dns", "--slow", "soon", NAME], "--slow needs a number of seconds"],
    [["connections", "--follow", "a-b", NAME], "a is no address"],
    [["connections", "--frame", "9999", NAME], "frame 9999 is not there"],
    [["connections", "--follow", "10.0.0.1:1-10.0.0.2:2", NAME], "no packet of 10.0.0.1:1-10.0.0.2:2"],
    [["connections", "--frame", "1", NAME, NAME], "through one capture"],
    [["connections", "--frame", "1", "--only", "open", NAME], "--only is of the list"],
    [["dns", "--by", "port", NAME], '--by "port"; there are: "server", "client", "name"'],
    [["dns", "--bogus", NAME], "there is no option --bogus\n"],
    [["tcp", "--outcom", "failed", NAME], "there is no option --outcom; there is --outcome\n"],
    [["sumary", NAME], "there is no such view; there is summary\n"],
    [["summary"], "a path is missing"],
    [[], "Name a view"],
  ])("exits with 2 for %j and says why on standard error", (args, message) => {
    const { status, stdout, stderr } = pcap(args);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
