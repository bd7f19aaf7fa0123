import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complaintOf } from "../../src/bytes/index.ts";

const COMPLAINTS = [
  "bash: ss: command not found",
  "-bash: conntrack: command not found",
  "/bin/sh: 1: netstat: not found",
  "sh: line 3: nstat: command not found",
  "cat: /proc/7/stack: Permission denied",
  "cat: can't open '/proc/sys/net/ipv4/tcp_tw_recycle': No such file or directory",
  "conntrack v1.4.5 (conntrack-tools): Operation failed: No such file or directory",
  "ipvsadm not installed",
  "timeout: failed to run command 'ipvsadm': No such file or directory",
  'exec: "netstat": executable file not found in $PATH',
  'error: the server doesn\'t have a resource type "vpa"',
  'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope',
  "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
  "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout",
  "dmesg: read kernel buffer failed: Operation not permitted",
  "System has not been booted with systemd as init system (PID 1). Can't operate.",
  "Failed to connect to bus: Host is down",
  "Failed to create bus connection: No such file or directory",
  "bash: ss: Kommando nicht gefunden.",
  "bash: ss: команда не найдена",
  "bash: ss: 未找到命令",
  "iptables-save v1.8.4 (legacy): Cannot initialize: Permission denied (you must be root)".replace(
    " (you must be root)",
    "",
  ),
  "iptables v1.8.7 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)".replace(
    " (you must be root)",
    "",
  ),
];

describe("complaintOf", () => {
  it("knows what shells, loaders and clients say in place of output", () => {
    for (const text of COMPLAINTS) {
      expect(complaintOf(`${text}\n`), text).toBe(text);
      expect(complaintOf(`\r\n${text}\r\n`), text).toBe(text);
    }
    expect(complaintOf("bash: foo: command not found\nTry 'apt install foo'\n")).toBe(
      "bash: foo: command not found",
    );
  });

  it("takes no output, no value and no log for a complaint", () => {
    for (const text of [
      "",
      "1\n",
      "node-a\n",
      "nameserver 10.0.0.2\n",
      "nameserver: permission\n",
      "Linux node-a 5.4.0 #1 SMP\n",
      "[    1.2] overlayfs: failed to set xattr: Operation not permitted\n",
      "2024-05-01T08:00:00Z open /x: Permission denied\n",
      "May 01 08:00:00 n1 kernel: x: Permission denied\n",
      "No resources found in default namespace.\n",
      "net.ipv4.tcp_syncookies = 1\nsysctl: permission denied on key 'fs.protected_hardlinks'\n",
      "cpu=0 found=1\nconntrack v1.4.5 (conntrack-tools): 1 flow entries have been shown.\n",
    ])
      expect(complaintOf(text), text).toBeUndefined();
  });

  it("is quick, and never throws, on any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        const found = complaintOf(text);
        expect(found === undefined || text.includes(found)).toBe(true);
      }),
    );
    for (const text of ["a: ".repeat(300), `${"x".repeat(999)}\n`.repeat(4), "- ".repeat(400)])
      expect(complaintOf(text)).toBeUndefined();
  });
});
