import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** Programs whose version is read from what they print of themselves. */
export type VersionedProgram =
  "containerd" | "docker" | "iptables" | "kube-proxy" | "kubelet" | "runc" | "systemd";

/** What a program says of its version. */
export interface ProgramVersion extends Fact<string> {
  readonly program: VersionedProgram;
  /** Whether the daemon that runs told it; else the binary that was asked, which may be newer than what runs. */
  readonly isRunning: boolean;
}

/** What `PROGRAM --version`, `docker version` and `crictl version` print. */
export interface ProgramVersions extends Model {
  readonly versions: readonly ProgramVersion[];
}

/** Longer texts are no program's word on its version. */
const LONGEST = 32 * 1024;
const VERSION = "(v?\\d[\\w.+~:-]{0,80})";

/** One line that says all: a name that only one program prints so. */
const LINES: readonly { readonly program: VersionedProgram; readonly pattern: RegExp }[] = [
  {
    program: "containerd",
    pattern: new RegExp(
      `^containerd (?:github\\.com/containerd/containerd(?:/v\\d)?|containerd\\.io) ${VERSION}(?: |$)`,
    ),
  },
  { program: "runc", pattern: new RegExp(`^runc version ${VERSION}\\s*$`) },
  { program: "docker", pattern: new RegExp(`^Docker version ${VERSION}, build `) },
  { program: "iptables", pattern: new RegExp(`^ip6?tables ${VERSION}(?: \\((?:legacy|nf_tables)\\))?\\s*$`) },
];
/** What two programs print alike: the path names the one that was asked. */
const KUBERNETES = new RegExp(`^Kubernetes ${VERSION}\\s*$`);
/** `systemctl --version`: the second line lists what it was built with. */
const SYSTEMD = /^systemd (\d{1,4}(?:\.\d{1,4})?)(?: \(\S{1,80}\))?\s*$/;
const FEATURES = /^[+-][A-Z][A-Z0-9_]+ [+-]/;
/** `docker version`: sections, in which `Version:` stands for what was named last. */
const SECTION = /^(?:Client|Server)\b.*:?\s*$/;
const COMPONENT = /^ (Engine|containerd|runc|docker-init):\s*$/;
const DOCKER_VERSION = new RegExp(`^ {1,2}Version:\\s+${VERSION}\\s*$`);
const CRI_NAME = /^RuntimeName:\s+(containerd)\s*$/;
const CRI_VERSION = new RegExp(`^RuntimeVersion:\\s+${VERSION}\\s*$`);

/**
 * Reads the versions that programs told.
 *
 * @param path names kubelet or kube-proxy, which print the same
 */
export function parseProgramVersions(text: string, path: string): ProgramVersions {
  const versions: ProgramVersion[] = [];
  let section: "Client" | "Server" | undefined;
  let component: string | undefined;
  let cri: "containerd" | undefined;
  let systemd: Omit<ProgramVersion, "isRunning"> | undefined;
  for (const { text: written, number: line } of linesOf(text)) {
    const at = written.trimEnd();
    if (at.length > 500) continue;
    const add = (program: VersionedProgram, value: string, isRunning: boolean): void => {
      versions.push({ program, value, isRunning, text: at.trim(), line });
    };
    if (systemd && FEATURES.test(at)) versions.push({ ...systemd, isRunning: false });
    systemd = undefined;
    const own = LINES.map(({ program, pattern }) => ({ program, value: pattern.exec(at)?.[1] }));
    for (const { program, value } of own) if (value !== undefined) add(program, value, false);
    const kubernetes = KUBERNETES.exec(at)?.[1];
    const named = kubernetesProgram(path);
    if (kubernetes !== undefined && named) add(named, kubernetes, false);
    const found = SYSTEMD.exec(at)?.[1];
    if (found !== undefined) systemd = { program: "systemd", value: found, text: at, line };
    if (SECTION.test(at)) {
      section = at.startsWith("Client") ? "Client" : "Server";
      component = undefined;
    }
    component = COMPONENT.exec(at)?.[1] ?? component;
    const docker = section === "Server" ? DOCKER_VERSION.exec(at)?.[1] : undefined;
    const program = docker === undefined ? undefined : DOCKER_PARTS.get(component ?? "Engine");
    if (docker !== undefined && program) add(program, docker, program === "docker");
    if (CRI_NAME.test(at)) cri = "containerd";
    const runtime = cri && CRI_VERSION.exec(at)?.[1];
    if (cri && runtime !== undefined) add(cri, runtime, true);
  }
  if (versions.length > 0) return { versions, diagnostics: [] };
  const message = "no line tells a program's version";
  return { versions, diagnostics: [{ effect: "unread", code: "no-version", message }] };
}

/** What dockerd tells of containerd and runc are those that it runs, or would run next. */
const DOCKER_PARTS: ReadonlyMap<string, VersionedProgram> = new Map([
  ["Engine", "docker"],
  ["containerd", "containerd"],
  ["runc", "runc"],
]);

function kubernetesProgram(path: string): "kubelet" | "kube-proxy" | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/kubelet/i.test(name)) return "kubelet";
  return /kube-?proxy/i.test(name) ? "kube-proxy" : undefined;
}

/** By the words of one of the programs; what else a text says is not looked at. */
export const programVersionsFormat: Format<"program-version", ProgramVersions> = textFormat({
  kind: "program-version",
  recognise: (head, path) => head.length <= LONGEST && parseProgramVersions(head, path).versions.length > 0,
  parse: parseProgramVersions,
});
