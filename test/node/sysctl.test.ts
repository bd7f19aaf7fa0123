import { describe, expect, it } from "vitest";
import { parseSysctl, sysctlFormat } from "../../src/node/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const recognise = (text: string, path = "x/sysctl.txt") => sysctlFormat.recognise(bytes(text), path);

describe("sysctl", () => {
  it("keeps each value with its line", () => {
    const { values } = parseSysctl(
      "kernel.osrelease = 3.10.0-957.el7.x86_64\r\nnet.ipv4.tcp_mem = 1\t2\t3\n",
    );
    expect(values.get("kernel.osrelease")).toEqual({
      value: "3.10.0-957.el7.x86_64",
      text: "kernel.osrelease = 3.10.0-957.el7.x86_64",
      line: 1,
    });
    expect(values.get("net.ipv4.tcp_mem")?.value).toBe("1\t2\t3");
  });

  it("reads the path form and keeps the dots of interface names", () => {
    const { values } = parseSysctl("/proc/sys/net/ipv4/conf/eth0.5/rp_filter = 1\nnet/ipv4/ip_forward=1\n");
    expect([...values.keys()]).toEqual(["net.ipv4.conf.eth0.5.rp_filter", "net.ipv4.ip_forward"]);
  });

  it("takes a redacted value for unknown, not for absent", () => {
    const { values } = parseSysctl("net.ipv4.tcp_tw_recycle = ***HIDDEN***\n");
    expect(values.has("net.ipv4.tcp_tw_recycle")).toBe(true);
    expect(values.get("net.ipv4.tcp_tw_recycle")?.value).toBeUndefined();
  });

  it("passes over refusals and empty values keep their key", () => {
    const text =
      "sysctl: permission denied on key 'fs.protected_hardlinks'\nkernel.core_uses_pid = 1\nkernel.domainname = \n";
    expect([...parseSysctl(text).values.keys()]).toEqual(["kernel.core_uses_pid", "kernel.domainname"]);
  });

  it("recognises dumps and files of /proc/sys, not boot configuration or prose", () => {
    const dump = "net.ipv4.tcp_tw_recycle = 1\nnet.ipv4.tcp_timestamps = 1\n";
    expect(recognise(dump)).toBe(true);
    expect(recognise(`sysctl: permission denied on key 'x.y'\n${dump}`)).toBe(true);
    for (const path of ["etc/sysctl.conf", "99-sysctl.conf", "usr/lib/sysctl.d/50.conf", "sysctl.d/k8s"])
      expect(recognise(dump, `node/${path}`), path).toBe(false);
    expect(recognise(dump, "node/etc/sysctl.d/99-k8s.conf")).toBe(false);
    expect(recognise("1\n", "node-a/proc/sys/net/ipv4/tcp_tw_recycle")).toBe(true);
    expect(recognise("the net.ipv4.ip_forward = 1 setting\nwas set by hand\n")).toBe(false);
    expect(recognise("", "sysctl.txt")).toBe(false);
  });

  it("takes the key of a /proc/sys file from its path", async () => {
    const path = "node-a/proc/sys/net/ipv4/tcp_tw_recycle";
    const { values } = await sysctlFormat.decode(sourceOf(bytes("1\n")), path);
    expect(values.get("net.ipv4.tcp_tw_recycle")?.value).toBe("1");
    const empty = await sysctlFormat.decode(sourceOf(bytes("")), path);
    expect(empty.diagnostics[0]?.effect).toBe("unread");
  });

  it("names the keys that it gives two values", () => {
    const { contradicted } = parseSysctl("a.b = 1\na.c = 1\na.b = 1\na.c = 2\n");
    expect([...contradicted]).toEqual(["a.c"]);
  });
});

describe("sysctl as JSON", () => {
  const decode = async (text: string, path = "host-collectors/system/sysctl.json") =>
    sysctlFormat.decode(sourceOf(new TextEncoder().encode(text)), path);
  const head = (text: string): Uint8Array => new TextEncoder().encode(text);

  it("reads a map of keys to values, each with its line", async () => {
    const text = '{\n  "net.ipv4.tcp_syncookies": "1",\n  "kernel.x": "***HIDDEN***",\n  "vm.y": 3\n}\n';
    expect(sysctlFormat.recognise(head(text), "x")).toBe(true);
    const { values, diagnostics } = await decode(text);
    expect([...values]).toEqual([
      ["net.ipv4.tcp_syncookies", { value: "1", text: "net.ipv4.tcp_syncookies = 1", line: 2 }],
      ["kernel.x", { value: undefined, text: "kernel.x = ***HIDDEN***", line: 3 }],
    ]);
    expect(diagnostics).toEqual([]);
  });

  it("says so where it is cut, and takes no other JSON", async () => {
    const text = '{"net.ipv4.tcp_syncookies":"1","vm.swappiness":"60"}';
    for (let at = 30; at < text.length; at++)
      expect((await decode(text.slice(0, at))).diagnostics[0]?.effect).toBe("unread");
    for (const other of ['{"total": 1}', '{"nodes":["a"]}', '{"a.b": 1}', "{}"])
      expect(sysctlFormat.recognise(head(other), "x"), other).toBe(false);
  });

  it("is recognised as a terminal shows it, with the command before it", async () => {
    const text =
      "[root@node-b ~]# sysctl net.netfilter.nf_conntrack_max  \nnet.netfilter.nf_conntrack_max = 524288\n";
    expect(recognise(text, "notes.txt")).toBe(true);
    for (const prompt of ["$ ", "# ", "~ # ", "root@node-b:~# ", "sh-4.2$ sudo "])
      expect(recognise(text.replace("[root@node-b ~]# ", prompt), "notes.txt")).toBe(true);
    const { values } = await sysctlFormat.decode(sourceOf(bytes(text)), "notes.txt");
    expect(values.get("net.netfilter.nf_conntrack_max")).toMatchObject({ value: "524288", line: 2 });
    // Prose is no prompt.
    expect(recognise("Set it with sysctl -w\nnet.ipv4.ip_forward = 1\n", "notes.txt")).toBe(false);
  });
});
