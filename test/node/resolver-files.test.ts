import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  corednsLogFormat,
  hostsFileFormat,
  ndotsOf,
  nsswitchFormat,
  parseCorednsLog,
  parseHostsFile,
  parseNsswitch,
  parseResolvConf,
  resolvConfFormat,
  resolvconfPart,
} from "../../src/node/index.ts";

const head = (text: string) => new TextEncoder().encode(text);

const POD = `# made by kubelet
search shop.svc.cluster.local svc.cluster.local cluster.local.
nameserver 10.96.0.10   # kube-dns
nameserver fd00::a
options ndots:5 timeout:2 single-request-reopen
`;

describe("resolv.conf", () => {
  it("gives servers, search list and options with their lines", () => {
    const { nameservers, search, options } = parseResolvConf(POD);
    expect(nameservers.map(({ value, line }) => [value, line])).toEqual([
      ["10.96.0.10", 3],
      ["fd00::a", 4],
    ]);
    expect(search?.value).toEqual(["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"]);
    expect([...options].map(([name, { value }]) => [name, value])).toEqual([
      ["ndots", "5"],
      ["timeout", "2"],
      ["single-request-reopen", ""],
    ]);
    expect(ndotsOf(parseResolvConf(POD))).toBe(5);
    expect(ndotsOf(parseResolvConf("nameserver 10.0.0.1\n"))).toBe(1);
  });

  it("takes the last of several search and domain lines, as resolvers do", () => {
    expect(parseResolvConf("search a b\ndomain c.example\n").search?.value).toEqual(["c.example"]);
    expect(parseResolvConf("domain c.example\nsearch a b\n").search).toMatchObject({
      value: ["a", "b"],
      line: 2,
    });
  });

  it("knows a server that a redactor blanked out from none", () => {
    expect(parseResolvConf("nameserver ***HIDDEN***\n").nameservers).toMatchObject([{ value: undefined }]);
    expect(parseResolvConf("nameserver dns.example\n").nameservers).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ["a pod's, whatever it is called", POD, true],
    ["a YAML file", "nameserver: 10.0.0.1\nsearch:\n- a\n", false],
    ["a Corefile", ".:53 {\n    errors\n    forward . /etc/resolv.conf\n}\n", false],
    ["an interfaces file", "iface eth0 inet static\n  dns-nameservers 10.0.0.1\n", false],
    ["a text that begins like one", "nameserver 10.0.0.1 is down, says Bob\nWe look into it.\n", false],
    ["a search list alone", "search for the lost query\n", false],
    ["nothing", "", false],
  ])("is told from other texts: %s", (_, text, expected) => {
    expect(resolvConfFormat.recognise(head(text), "bundle/some.txt")).toBe(expected);
  });

  it("is known by its path where it holds comments alone", () => {
    const base = "etc/resolvconf/resolv.conf.d/base";
    expect(resolvConfFormat.recognise(head("# nothing\n"), base)).toBe(true);
    expect([base, "etc/resolv.conf"].map(resolvconfPart)).toEqual(["base", undefined]);
  });
});

const HOSTS = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost
10.244.1.5\tshop-0.shop.default.svc.cluster.local\tshop-0

# Entries added by HostAliases.
172.16.0.11\tAPI.example.com
`;

describe("/etc/hosts", () => {
  it("gives addresses and names with their lines", () => {
    expect(
      parseHostsFile(HOSTS).entries.map(({ value, line }) => [value.address, value.names, line]),
    ).toEqual([
      ["127.0.0.1", ["localhost"], 2],
      ["::1", ["localhost", "ip6-localhost"], 3],
      ["10.244.1.5", ["shop-0.shop.default.svc.cluster.local", "shop-0"], 4],
      ["172.16.0.11", ["api.example.com"], 7],
    ]);
  });

  it("is known by kubelet's first line, or by its name where each line fits", () => {
    expect(hostsFileFormat.recognise(head(HOSTS), "x.txt")).toBe(true);
    expect(hostsFileFormat.recognise(head("127.0.0.1 localhost\n"), "node-a/etc/hosts")).toBe(true);
    expect(hostsFileFormat.recognise(head("127.0.0.1 localhost\n"), "x.txt")).toBe(false);
    expect(hostsFileFormat.recognise(head("node-a\nnode-b\n"), "ansible/hosts")).toBe(false);
    expect(hostsFileFormat.recognise(head("10.0.0.1 ansible_user=root\n"), "ansible/hosts")).toBe(false);
  });
});

const NSSWITCH = "passwd: files systemd\ngroup: files systemd\nhosts: files [NOTFOUND=return] dns # all\n";

describe("nsswitch.conf", () => {
  it("gives the order in which hosts are looked up", () => {
    expect(parseNsswitch(NSSWITCH).hosts).toMatchObject({ value: ["files", "dns"], line: 3 });
    expect(parseNsswitch("passwd: files\n").hosts).toBeUndefined();
  });

  it("is told from a YAML file that has hosts too", () => {
    expect(nsswitchFormat.recognise(head(NSSWITCH), "x.txt")).toBe(true);
    expect(nsswitchFormat.recognise(head("hosts: files dns\n"), "rootfs/etc/nsswitch.conf")).toBe(true);
    expect(nsswitchFormat.recognise(head("hosts: files dns\n"), "x.txt")).toBe(false);
    expect(nsswitchFormat.recognise(head("hosts: web\nservices: a\nnetworks: b\nspec: c\n"), "x.yaml")).toBe(
      false,
    );
  });
});

const TIMEOUT = "2 db.example.com. A: read udp 172.16.0.230:43742->10.225.30.181:53: i/o timeout";

describe("a log of CoreDNS", () => {
  it.each<[string, string]>([
    ["as it is now", `[ERROR] plugin/errors: ${TIMEOUT}`],
    ["with a time", `2019-01-10T04:22:15.563Z [ERROR] plugin/errors: ${TIMEOUT}`],
    ["of the CRI", `2024-05-01T10:00:00.123456789Z stderr F [ERROR] plugin/errors: ${TIMEOUT}`],
    ["of Docker", `{"log":"[ERROR] plugin/errors: ${TIMEOUT.replace(">", "\\u003e")}\\n","stream":"stderr"}`],
    [
      "until 1.2",
      `[ERROR] 2 db.example.com. A: unreachable backend: ${TIMEOUT.slice(TIMEOUT.indexOf("read"))}`,
    ],
    ["wrapped by who pasted it", `A: unreachable backend: ${TIMEOUT.slice(TIMEOUT.indexOf("read"))}`],
  ])("names the server that did not answer, %s", (_, line) => {
    const text = `${line}\n`.repeat(3);
    expect(corednsLogFormat.recognise(head(text), "x.log")).toBe(true);
    const { upstreams, errors } = parseCorednsLog(text);
    expect(errors).toBe(3);
    expect(upstreams).toMatchObject([
      {
        upstream: "10.225.30.181:53",
        address: "10.225.30.181",
        failure: "timeout",
        count: 3,
        first: { line: 1 },
      },
    ]);
  });

  it("tells refusals, dead ways, IPv6 servers and other errors apart", () => {
    const { upstreams, errors } = parseCorednsLog(
      [
        "[ERROR] plugin/errors: 2 a.example. AAAA: read udp 10.0.0.5:5->10.0.0.2:53: read: connection refused",
        "[ERROR] plugin/errors: 2 b.example. A: dial udp [fd00::2]:53: connect: network is unreachable",
        "[ERROR] plugin/errors: 2 b.example. A: dial tcp 10.0.0.3:53: i/o timeout",
        "[ERROR] plugin/errors: 2 c.example. A: no upstream host",
        "[ERROR] plugin/errors: 17 errors like '^read udp .* i/o timeout$' occurred in last 30s",
      ].join("\n"),
    );
    expect(upstreams.map(({ address, failure, names }) => [address, failure, names])).toEqual([
      ["10.0.0.2", "refused", ["a.example"]],
      ["fd00::2", "unreachable", ["b.example"]],
      ["10.0.0.3", "timeout", ["b.example"]],
    ]);
    expect(errors).toBe(21);
  });

  it("tells a loop, in the words of every version", () => {
    const { loops, fatal, version } = parseCorednsLog(
      [
        "CoreDNS-1.8.6",
        '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
        '[FATAL] plugin/loop: Forwarding loop detected in "." zone. Exiting. See https://coredns.io/plugins/loop#troubleshooting.',
        'plugin/loop: Seen "HINFO IN 4547991504243258144.3688648895315093531." more than twice, loop detected',
      ].join("\n"),
    );
    expect(loops.map(({ value, line }) => [value, line])).toEqual([
      [".", 2],
      [".", 3],
      [".", 4],
    ]);
    expect([fatal.length, version?.value]).toEqual([2, "1.8.6"]);
  });

  it.each<[string, string]>([
    ["a Corefile", ".:53 {\n    errors\n    health\n    loop\n    forward . 10.0.0.1\n}\n"],
    [
      "another program's errors",
      "[ERROR] 2 files. Aborting\n[INFO] plugin/foo: hello\nread udp 1.2.3.4:5->6.7.8.9:53: i/o timeout\n",
    ],
    ["an image list", "registry.k8s.io/coredns/coredns:v1.8.6\nCoreDNS-addon\n"],
  ])("is told from %s", (_, text) => {
    expect(corednsLogFormat.recognise(head(text), "coredns.log")).toBe(false);
  });

  it("names no more servers than it can hold, and says so", () => {
    const text = Array.from({ length: 300 }, (_, i) => TIMEOUT.replace("30.181", `1.${i}`))
      .map(
        (line) =>
          `[ERROR] plugin/errors: ${line.replace(/1\.(\d+):53/, (_, n: string) => `${Number(n) >> 8}.${Number(n) & 255}:53`)}`,
      )
      .join("\n");
    const { upstreams, diagnostics } = parseCorednsLog(text);
    expect([upstreams.length, diagnostics.map(({ code }) => code)]).toEqual([256, ["many-upstreams"]]);
  });
});

it("no text, whole or cut, makes any of them throw", () => {
  const parts = fc.constantFrom(
    "nameserver ",
    "hosts: ",
    "[ERROR] ",
    "plugin/errors: ",
    TIMEOUT,
    "\n",
    "::",
    "#",
    '{"log":"',
    "10.0.0.1 ",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 20 }), (pieces) => {
      const text = pieces.join("");
      for (const format of [resolvConfFormat, hostsFileFormat, nsswitchFormat, corednsLogFormat])
        expect(typeof format.recognise(head(text), "etc/hosts")).toBe("boolean");
      for (const parse of [parseResolvConf, parseHostsFile, parseNsswitch, parseCorednsLog])
        expect(parse(text).diagnostics.length).toBeLessThan(2);
    }),
  );
});
