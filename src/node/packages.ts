import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What a package manager lists as installed. */
export interface Packages extends Model {
  readonly manager: "dpkg" | "rpm" | undefined;
  /** How many packages are listed. */
  readonly count: number;
  /** The versions of those that somebody asks for, by name, such as `1.6.20-3.1.el7`; without an epoch. */
  readonly versions: ReadonlyMap<string, readonly Fact<string>[]>;
}

/** Packages that are kept; lists have thousands. */
const WANTED: ReadonlySet<string> = new Set([
  "containerd",
  "containerd.io",
  "docker-ce",
  "docker-engine",
  "docker.io",
  "iptables",
  "kube-proxy",
  "kubelet",
  "kubernetes-node",
  "moby-containerd",
  "moby-engine",
  "moby-runc",
  "runc",
  "systemd",
]);
/** Versions of one package that are kept: rpm keeps several of some. */
const MOST = 8;
const LONGEST = 1000;

/** `dpkg -l`: only `i` in the second column is installed. */
const DPKG =
  /^[uihrp]i[ R] +([a-z0-9][a-z0-9.+-]*)(?::[a-z0-9]+)? +(?:\d+:)?(\d\S*) +(?:all|[a-z0-9-]+)(?: |$)/;
const DPKG_HEADER = /^\|{1,2}\/? (?:Name|Status=)|^Desired=Unknown\/Install\//m;
/** `rpm -qa`, with or without the day that sos adds: NAME-VERSION-RELEASE.ARCH. */
const RPM =
  /^([A-Za-z0-9][\w.+-]*)-(?:\d+:)?(\d[^-\s]*)-([^-\s]+)\.(?:x86_64|noarch|aarch64|i[3-6]86|ppc64le|s390x|armv7hl)(?:\s|$)/;

/** Reads what `dpkg -l` or `rpm -qa` prints, and keeps what is asked for. */
export function parsePackages(text: string): Packages {
  const versions = new Map<string, Fact<string>[]>();
  let [count, ofDpkg] = [0, 0];
  for (const { text: written, number: line } of linesOf(text)) {
    if (written.length > LONGEST) continue;
    const [, debian, version] = DPKG.exec(written) ?? [];
    const [, rpm, upstream, release] = debian === undefined ? (RPM.exec(written) ?? []) : [];
    const name = debian ?? rpm;
    if (name === undefined) continue;
    count++;
    if (debian !== undefined) ofDpkg++;
    if (!WANTED.has(name)) continue;
    const value = version ?? `${upstream}-${release}`;
    const known = versions.get(name) ?? [];
    versions.set(name, known);
    if (known.length < MOST) known.push({ value, text: written.trim().replace(/ {2,}/g, " "), line });
  }
  if (count === 0) {
    const message = "no line is one of dpkg -l or of rpm -qa";
    return {
      manager: undefined,
      count,
      versions,
      diagnostics: [{ effect: "unread", code: "no-package", message }],
    };
  }
  return { manager: ofDpkg * 2 > count ? "dpkg" : "rpm", count, versions, diagnostics: [] };
}

/** Lines of rpm, of which a few might stand in any text. */
const SEVERAL = 5;

/** By dpkg's header, or by lines that are packages nearly all. */
export const packagesFormat: Format<"packages", Packages> = textFormat({
  kind: "packages",
  failure: { program: /\b(?:dpkg|rpm)\b/, path: /dpkg|rpm/ },
  recognise(head) {
    if (DPKG_HEADER.test(head) && /^ii[ R] +\S+ +\S+/m.test(head)) return true;
    const lines = head
      .slice(0, 8192)
      .split(/\r?\n/)
      .slice(0, 40)
      .filter((line) => line.trim() !== "");
    const packages = lines.filter((line) => line.length <= LONGEST && RPM.test(line)).length;
    return packages >= SEVERAL && packages * 10 >= (lines.length - 1) * 9;
  },
  parse: parsePackages,
});
