import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packagesFormat, parsePackages } from "../../src/node/index.ts";

/** Lines of `dpkg -l` on Debian 12. */
const DPKG = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ Name                    Version                 Architecture Description
+++-=======================-=======================-============-==================================
ii  adduser                 3.134                   all          add and remove users and groups
ii  containerd              1.6.20~ds1-1+deb12u3    amd64        open and reliable container runtime
rc  docker.io               20.10.24+dfsg1-1+b3     amd64        Linux container runtime
ii  docker-ce               5:20.10.7~3-0~debian    amd64        Docker: the open-source container engine
ii  libsystemd0:amd64       252.39-1~deb12u2        amd64        systemd utility library
hi  kubelet                 1.18.9-00               amd64        Kubernetes Node Agent
ii  systemd                 252.39-1~deb12u2        amd64        system and service manager
`;
/** Lines in the form of `rpm -qa`, and of sos's installed-rpms. */
const RPM = `bash-4.2.46-35.el7_9.x86_64                                 Thu 01 Sep 2022 10:00:00 AM UTC
containerd.io-1.6.20-3.1.el7.x86_64                         Thu 01 Sep 2022 10:00:00 AM UTC
kernel-3.10.0-1160.el7.x86_64                               Thu 01 Sep 2022 10:00:00 AM UTC
kubelet-1.18.9-0.x86_64                                     Thu 01 Sep 2022 10:00:00 AM UTC
systemd-219-78.el7_9.7.x86_64                               Thu 01 Sep 2022 10:00:00 AM UTC
tzdata-2022a-1.el7.noarch                                   Thu 01 Sep 2022 10:00:00 AM UTC
`;
const bytes = (text: string) => new TextEncoder().encode(text);
const versions = (text: string) =>
  Object.fromEntries(
    [...parsePackages(text).versions].map(([name, facts]) => [name, facts.map(({ value }) => value)]),
  );

describe("lists of packages", () => {
  it("keep what is asked for, with its line, and count the others", () => {
    expect(versions(DPKG)).toEqual({
      containerd: ["1.6.20~ds1-1+deb12u3"],
      "docker-ce": ["20.10.7~3-0~debian"],
      kubelet: ["1.18.9-00"],
      systemd: ["252.39-1~deb12u2"],
    });
    expect(parsePackages(DPKG)).toMatchObject({ manager: "dpkg", count: 6, diagnostics: [] });
    expect(parsePackages(DPKG).versions.get("containerd")?.[0]?.line).toBe(7);
    expect(versions(RPM)).toEqual({
      "containerd.io": ["1.6.20-3.1.el7"],
      kubelet: ["1.18.9-0"],
      systemd: ["219-78.el7_9.7"],
    });
    expect(parsePackages(RPM)).toMatchObject({ manager: "rpm", count: 6 });
  });

  it("keep no more of a package that is there many times", () => {
    const many = RPM.replace(/^kubelet.*$/m, (line) => Array.from({ length: 50 }, () => line).join("\n"));
    expect(parsePackages(many).versions.get("kubelet")).toHaveLength(8);
  });

  it("are known by dpkg's header, or by lines that are packages nearly all", () => {
    expect(packagesFormat.recognise(bytes(DPKG), "a/b")).toBe(true);
    expect(packagesFormat.recognise(bytes(DPKG.replaceAll("\n", "\r\n")), "a/b")).toBe(true);
    expect(packagesFormat.recognise(bytes(RPM), "a/b")).toBe(true);
    for (const text of [
      "ii  containerd  1.6.20  amd64  a line of a mail\n",
      "container-7b-x.x86_64\nfoo\nbar\n",
      "pods\nnginx-6799fc88d8-2xkfp\n".repeat(10),
      RPM.split("\n").slice(0, 3).join("\n"),
    ])
      expect(packagesFormat.recognise(bytes(text), "a/b"), text).toBe(false);
    expect(packagesFormat.recognise(bytes("bash: rpm: command not found\n"), "a/rpm_-qa")).toBe(true);
    expect(parsePackages("nothing\n").diagnostics[0]?.effect).toBe("unread");
  });

  it("tell of any prefix what its whole lines say, and survive any text", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(DPKG, RPM),
        fc.nat(900),
        fc.string({ maxLength: 80 }),
        (whole, at, text) => {
          const lines = whole.slice(0, at).split("\n").slice(0, -1);
          const all = versions(whole);
          for (const [name, found] of Object.entries(versions(`${lines.join("\n")}\n`)))
            expect(all[name]).toEqual(found);
          parsePackages(`${whole.slice(0, at)}${text}${whole.slice(at)}`);
        },
      ),
    );
  });
});
