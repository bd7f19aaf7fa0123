import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProgramVersions, programVersionsFormat } from "../../src/node/index.ts";

/** Of Debian 12's containerd, runc, iptables and systemd, each as the program prints it. */
const CONTAINERD = "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3\n";
const RUNC = `runc version 1.1.5+ds1
commit: 1.1.5+ds1-1+deb12u1
spec: 1.0.2-dev
go: go1.19.8
libseccomp: 2.5.4
`;
const IPTABLES = "iptables v1.8.9 (nf_tables)\n";
const SYSTEMD = `systemd 252 (252.39-1~deb12u2)
+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL
`;
/** As Docker's client prints it of a server, by its template (cli/command/system/version.go). */
const DOCKER = `Client: Docker Engine - Community
 Version:           20.10.7
 API version:       1.41
 Go version:        go1.13.15

Server: Docker Engine - Community
 Engine:
  Version:          20.10.6
  API version:      1.41 (minimum version 1.12)
  Go version:       go1.13.15
 containerd:
  Version:          1.4.6
  GitCommit:        d71fcd7d8303cbf684402823e425e9dd2e99285d
 runc:
  Version:          1.0.0-rc95
  GitCommit:        b9ee9c6314599f1b4a7f497e1f1f856fe433d3b7
 docker-init:
  Version:          0.19.0
`;
const OLD_DOCKER = `Client:
 Version:      17.03.2-ce
 API version:  1.27

Server:
 Version:      17.03.1-ce
 API version:  1.27 (minimum version 1.12)
`;
const CRICTL = `Version:  0.1.0
RuntimeName:  containerd
RuntimeVersion:  v1.6.20
RuntimeApiVersion:  v1
`;
const WHOLE = [CONTAINERD, RUNC, IPTABLES, SYSTEMD, DOCKER].join("");

const bytes = (text: string) => new TextEncoder().encode(text);
const told = (text: string, path = "node-a/versions.txt") =>
  parseProgramVersions(text, path).versions.map(({ program, value, isRunning, line }) => [
    program,
    value,
    isRunning,
    line,
  ]);

describe("versions of programs", () => {
  it("are read as each program prints them, with their lines", () => {
    expect(told(CONTAINERD)).toEqual([["containerd", "1.6.20~ds1", false, 1]]);
    expect(told(RUNC)).toEqual([["runc", "1.1.5+ds1", false, 1]]);
    expect(told(IPTABLES)).toEqual([["iptables", "v1.8.9", false, 1]]);
    expect(told(SYSTEMD)).toEqual([["systemd", "252", false, 1]]);
    expect(told("containerd containerd.io 1.6.33 d2d58213f83a351ca8f528a95fbd145f5654e957\n")).toEqual([
      ["containerd", "1.6.33", false, 1],
    ]);
    expect(told("containerd github.com/containerd/containerd/v2 v2.0.0 207ad71\r\n")).toEqual([
      ["containerd", "v2.0.0", false, 1],
    ]);
  });

  it("are those of the server where both are told, and the daemon's own is of what runs", () => {
    expect(told(DOCKER)).toEqual([
      ["docker", "20.10.6", true, 8],
      ["containerd", "1.4.6", false, 12],
      ["runc", "1.0.0-rc95", false, 15],
    ]);
    expect(told(OLD_DOCKER)).toEqual([["docker", "17.03.1-ce", true, 6]]);
    expect(told(OLD_DOCKER.split("\n\n")[0] ?? "")).toEqual([]);
    expect(told(CRICTL)).toEqual([["containerd", "v1.6.20", true, 3]]);
    expect(told(CRICTL.replace("containerd", "cri-o"))).toEqual([]);
  });

  it("are kubelet's or kube-proxy's by the name of the file alone", () => {
    const text = "Kubernetes v1.18.9-eks-d1db3c\n";
    expect(told(text, "node-a/kubelet_--version")).toEqual([["kubelet", "v1.18.9-eks-d1db3c", false, 1]]);
    expect(told(text, "node-a/kube-proxy-version.txt")).toEqual([
      ["kube-proxy", "v1.18.9-eks-d1db3c", false, 1],
    ]);
    expect(told(text, "kubelet/version")).toEqual([]);
  });

  it("are known by content; logs, changelogs and what failed are none", () => {
    for (const text of [CONTAINERD, RUNC, SYSTEMD, DOCKER, CRICTL])
      expect(programVersionsFormat.recognise(bytes(text), "a/b"), text).toBe(true);
    for (const text of [
      "bash: containerd: command not found\n",
      'time="…" level=info msg="starting containerd" revision=1 version=1.6.20\n',
      "systemd 252 is what we run\n",
      "systemd 252 (252.39-1)\nnothing of its features\n",
      " Version:           20.10.7\n",
      "Kubernetes v1.18.9\n",
      `${"x\n".repeat(20_000)}${RUNC}`,
    ])
      expect(programVersionsFormat.recognise(bytes(text), "a/b"), text.slice(0, 60)).toBe(false);
    expect(parseProgramVersions("nothing\n", "a").diagnostics[0]?.effect).toBe("unread");
  });

  it("tells of any prefix no version that the whole doesn't tell in that line, but for the line that is cut", () => {
    const whole = new Map(told(WHOLE).map((each) => [each[3], each]));
    fc.assert(
      fc.property(fc.nat(WHOLE.length), (length) => {
        const lines = WHOLE.slice(0, length).split("\n").slice(0, -1);
        for (const each of told(`${lines.join("\n")}\n`)) expect(whole.get(each[3])).toEqual(each);
      }),
    );
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.nat(WHOLE.length), (text, at) => {
        const { versions } = parseProgramVersions(
          `${WHOLE.slice(0, at)}${text}${WHOLE.slice(at)}`,
          "a/kubelet.txt",
        );
        for (const each of versions) expect(each.value).toMatch(/^v?\d/);
      }),
    );
  });
});
