import { memo } from "../bytes/index.ts";
import type { VersionedProgram } from "../node/index.ts";
import type { Cite } from "./cite.ts";
import { clusterNodes } from "./cluster-state.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** A version that something tells of a program or a library. */
export interface ToldVersion {
  /** As it is written, such as `v1.17.3-eks-1`. */
  readonly written: string;
  /** Whether it may be another than what runs: a template's, a package's. */
  readonly isIndirect: boolean;
  /** The oldest that it may be, where the version is another component's that is upgraded before it. */
  readonly oldest?: string;
  readonly cite: Cite;
}

/** Packages that a program comes in. */
const PACKAGES: Readonly<Record<VersionedProgram, readonly string[]>> = {
  containerd: ["containerd", "containerd.io", "moby-containerd"],
  docker: ["docker-ce", "docker.io", "docker-engine", "moby-engine"],
  iptables: ["iptables"],
  "kube-proxy": ["kube-proxy"],
  kubelet: ["kubelet"],
  runc: ["runc", "moby-runc"],
  systemd: ["systemd"],
};

/** The module that a program's own binary is the main one of. */
const MODULES: Partial<Record<VersionedProgram, RegExp>> = {
  containerd: /^github\.com\/containerd\/containerd(?:\/v\d+)?$/,
  runc: /^github\.com\/opencontainers\/runc$/,
};

/**
 * What a host tells of the version of one of its programs. The daemon's own word is taken alone where there is one, then the
 * binary's, then the package's: an upgrade that was not followed by a restart leaves the older one running.
 */
export function versionsOn(host: HostEvidence, program: VersionedProgram): readonly ToldVersion[] {
  const printed = printedBy(host).filter((each) => each.program === program);
  const running = [
    ...ofNode(host, program),
    ...printed.filter(({ isRunning }) => isRunning).map(({ told }) => told),
  ];
  if (running.length > 0) return running;
  const binary = [...printed.map(({ told }) => told), ...builtAs(host, program)];
  return binary.length > 0 ? binary : packaged(host, program);
}

const printedBy = memo((host: HostEvidence) =>
  host.models("program-version").flatMap(({ model, artifact }) =>
    model.versions.map(({ program, isRunning, value, text, line }) => ({
      program,
      isRunning,
      told: {
        written: value,
        isIndirect: !isRunning,
        cite: { artifact: artifact.path, text, where: { line } },
      },
    })),
  ),
);

/** What the kubelet writes into its Node. The version of kube-proxy there is none: it is the kubelet's own. */
function ofNode({ name, cluster }: HostEvidence, program: VersionedProgram): ToldVersion[] {
  if (name === null) return [];
  return clusterNodes(cluster)
    .filter((node) => node.name === name)
    .flatMap(({ object, kubeletVersion, containerRuntimeVersion }) => {
      const [, runtime, version] = /^(containerd|docker):\/\/(.+)$/.exec(containerRuntimeVersion ?? "") ?? [];
      const written = program === "kubelet" ? kubeletVersion : runtime === program ? version : undefined;
      if (written === undefined) return [];
      return [
        { written, isIndirect: false, cite: cluster.cite(object, `node ${name} runs ${program} ${written}`) },
      ];
    });
}

function builtAs(host: HostEvidence, program: VersionedProgram): ToldVersion[] {
  const isOwn = MODULES[program];
  if (!isOwn) return [];
  return host.models("go-build").flatMap(({ model, artifact }) =>
    model.builds.flatMap(({ binary, main }) => {
      if (!main || !isOwn.test(main.path) || binary.split("/").at(-1) !== program) return [];
      const text = `${binary} was built from ${main.path} ${main.version}`;
      return [
        {
          written: main.version,
          isIndirect: true,
          cite: { artifact: artifact.path, text, where: { line: main.line } },
        },
      ];
    }),
  );
}

/** The version of a module that the binary of a program was built with. Of a fork, whose versions are its own, none. */
export function moduleVersions(host: HostEvidence, program: string, path: string): readonly ToldVersion[] {
  return host.models("go-build").flatMap(({ model, artifact }) =>
    model.builds.flatMap(({ binary, modules }) => {
      const module = modules.get(path);
      if (!module || module.replacedBy !== undefined || binary.split("/").at(-1) !== program) return [];
      const text = `${binary} was built with ${path} ${module.version}`;
      return [
        {
          written: module.version,
          isIndirect: true,
          cite: { artifact: artifact.path, text, where: { line: module.line } },
        },
      ];
    }),
  );
}

/** What runs in every pod, and asks nothing. */
const PAUSE = "pause";

/**
 * The versions of Go that the programs of a pod were built with, where `go version` was asked of the binary of each process that was
 * collected: one of another language may be the one that matters.
 */
export function goVersionsIn(host: HostEvidence, podUid: string): readonly ToldVersion[] {
  const pids = host.tasks
    .filter((task) => task.podUid === podUid && task.pid === task.tid && task.comm !== PAUSE)
    .flatMap(({ tid }) => tid ?? []);
  const told = new Map<number, ToldVersion>();
  for (const { model, artifact } of host.models("go-build")) {
    for (const { binary, go, line } of model.builds) {
      const pid = Number(/^\/proc\/(\d{1,10})\/exe$/.exec(binary)?.[1]);
      const cite = { artifact: artifact.path, text: `${binary} was built with ${go}`, where: { line, pid } };
      told.set(pid, { written: go, isIndirect: false, cite });
    }
  }
  const versions = pids.map((pid) => told.get(pid));
  return versions.every((each) => each !== undefined) ? versions : [];
}

function packaged(host: HostEvidence, program: VersionedProgram): ToldVersion[] {
  return host.models("packages").flatMap(({ model, artifact }) =>
    PACKAGES[program].flatMap((name) =>
      (model.versions.get(name) ?? []).map(({ value, text, line }) => ({
        written: value,
        isIndirect: true,
        cite: { artifact: artifact.path, text, where: { line } },
      })),
    ),
  );
}
