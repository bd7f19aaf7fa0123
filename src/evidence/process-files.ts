import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type { Descriptor, MapsFile, TaskPart } from "../procstack/index.ts";
import { readDescriptor } from "../procstack/index.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/** A value of a process, and where it stands. */
export interface Told<T> {
  readonly value: T;
  readonly cite: Cite;
}

/** What the files of `/proc/PID` say of a process beyond the state of its tasks. */
export interface ProcessFiles {
  /** By name; a value that was blanked out by a redactor is `undefined`. */
  readonly environ?: ReadonlyMap<string, Told<string | undefined>>;
  readonly descriptors?: readonly Told<Descriptor>[];
  /** The descriptor that it is in read(2) on. */
  readonly reads?: Told<number>;
  readonly maps?: Told<MapsFile>;
}

type Draft = { -readonly [Key in keyof ProcessFiles]: ProcessFiles[Key] };

/** By pid. Where a file was collected twice, the first is taken. */
export const processFilesOf: (host: HostEvidence) => ReadonlyMap<number, ProcessFiles> = memo((host) => {
  const found = new Map<number, Draft>();
  for (const { part, artifact } of taskPartsOf(host)) {
    const pid = part.tid ?? part.pid;
    if (pid === undefined) continue;
    const draft = found.get(pid) ?? {};
    take(part, artifact, pid, draft);
    if (Object.keys(draft).length > 0) found.set(pid, draft);
  }
  return found;
});

/** Every part of a host's `/proc/PID` files, with the artifact that it stands in. */
export function* taskPartsOf(host: HostEvidence): Generator<{ part: TaskPart; artifact: Artifact }> {
  for (const artifact of host.artifacts) {
    const { content } = artifact;
    if (content?.kind === "proc-files") {
      for (const part of content.model.parts) yield { part, artifact };
    } else if (content !== undefined && isOnePart(content.kind)) {
      yield { part: content.model, artifact };
    }
  }
}

const ONE_PART = /^proc-(?:stack|status|stat|comm|wchan|cmdline|cgroup|ns|environ|fd|syscall|limits|maps)$/;

const isOnePart = (kind: string): boolean => ONE_PART.test(kind);

function take(part: TaskPart, artifact: Artifact, pid: number, draft: Draft): void {
  const told = <T>(value: T, text: string, line: number | undefined): Told<T> => ({
    value,
    cite: { artifact: artifact.path, text, where: line === undefined ? { pid } : { line, pid } },
  });
  const { environ, descriptors, syscall, maps } = part;
  if (environ && environ.values.size > 0) {
    draft.environ ??= new Map(
      [...environ.values].map(([name, value]) => {
        const text = `${name}=${value ?? "(blanked out)"}`;
        return [name, told(value, text, environ.lines.get(name))] as const;
      }),
    );
  }
  if (descriptors && descriptors.descriptors.length > 0) {
    draft.descriptors = [
      ...(draft.descriptors ?? []),
      ...descriptors.descriptors
        .filter(({ fd }) => draft.descriptors?.some(({ value }) => value.fd === fd) !== true)
        .map((each) => told(each, `descriptor ${each.fd} is ${each.target}`, each.line)),
    ];
  }
  const fd = syscall && readDescriptor(syscall);
  if (fd !== undefined)
    draft.reads ??= told(fd, `it is in system call ${syscall?.number}, read, of descriptor ${fd}`, part.line);
  if (maps && maps.count > 0)
    draft.maps ??= told(maps, `its program is ${maps.binary ?? "unknown"}`, part.line);
}
