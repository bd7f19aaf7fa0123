import type { Located } from "../bundle/index.ts";
import type { Model } from "../bytes/index.ts";
import type { HostEvidence } from "../evidence/index.ts";
import type { Said } from "./keyed.ts";

/** What one host says in one matter; `undefined` where nothing of it was collected. */
export type Saying = (host: HostEvidence) => ReadonlyMap<string, Said> | undefined;

/** A matter that is set up, and told as a text. */
export interface Setting {
  readonly title: string;
  readonly said: Saying;
  /** What one asks for key by key, or as a whole. */
  readonly isPartial?: boolean;
}

/** What every artifact of some models says. */
export function saidOf<M extends Model>(
  models: readonly Located<M>[],
  read: (located: Located<M>) => readonly (readonly [string, Said])[],
): ReadonlyMap<string, Said> | undefined {
  return models.length === 0 ? undefined : new Map(models.flatMap(read));
}

/**
 * What a line of an artifact says.
 *
 * @param quoted the line, where that is more than what it says
 */
export const stated = (
  text: string,
  artifact: { readonly path: string },
  line?: number,
  quoted: string = text,
): Said => ({
  text,
  cite: { artifact: artifact.path, text: quoted, ...(line !== undefined && { where: { line } }) },
});

/** Where a file of several containers lies, without the bundle's own name. */
const placeOf = (path: string): string => path.split("/").slice(1).join("/") || path;

/** What is set up beside the kernel and the network. */
export const MORE_SETTINGS: readonly Setting[] = [
  {
    title: "local routes",
    said: (host) =>
      saidOf(host.models("ip-route-local"), ({ model, artifact }) =>
        model.addresses.map(({ address, prefix, device, text, line }) => [
          `${address}/${prefix} of ${device}`,
          stated(text, artifact, line),
        ]),
      ),
  },
  {
    title: "features of interfaces",
    isPartial: true,
    said: (host) =>
      saidOf(host.models("ethtool-k"), ({ model, artifact }) =>
        model.interfaces.flatMap(({ name, features }) =>
          [...features].map(
            ([feature, { value, line }]) =>
              [`${name} ${feature}`, stated(value ? "on" : "off", artifact, line)] as const,
          ),
        ),
      ),
  },
  {
    title: "hosts files",
    said: (host) =>
      saidOf(host.hostsFiles, ({ model, artifact }) =>
        model.entries.map(({ value, line }) => [
          `${placeOf(artifact.path)}: ${value.address}`,
          stated(value.names.join(" "), artifact, line),
        ]),
      ),
  },
  {
    title: "name services",
    said: (host) =>
      saidOf(host.nsswitches, ({ model, artifact }) =>
        model.hosts
          ? [
              [
                placeOf(artifact.path),
                stated(model.hosts.value.join(" "), artifact, model.hosts.line),
              ] as const,
            ]
          : [],
      ),
  },
  {
    title: "virtual servers",
    said: (host) =>
      saidOf(host.models("ipvsadm"), ({ model, artifact }) =>
        model.services.flatMap(({ protocol, address, port, scheduler = "", servers, line }) => [
          [`${protocol} ${address}:${port}`, stated(scheduler, artifact, line)] as const,
          ...servers.map(
            (one) =>
              [
                `${protocol} ${address}:${port} → ${one.address}:${one.port}`,
                stated(`${one.forward ?? ""} weight ${one.weight ?? "unknown"}`.trim(), artifact, one.line),
              ] as const,
          ),
        ]),
      ),
  },
  {
    title: "versions of programs",
    isPartial: true,
    said: (host) =>
      saidOf(host.models("program-version"), ({ model, artifact }) =>
        model.versions.map(({ program, isRunning, value, text, line }) => [
          // The binary may be newer than what runs.
          isRunning ? `${program}, running` : program,
          stated(value, artifact, line, text),
        ]),
      ),
  },
  {
    title: "packages",
    said: (host) =>
      saidOf(host.models("packages"), ({ model, artifact }) =>
        [...model.versions].flatMap(([name, versions]) => {
          const [first] = versions;
          if (!first) return [];
          const { text, line } = first;
          const values = versions.map(({ value }) => value).sort();
          return [[name, stated(values.join(", "), artifact, line, text)] as const];
        }),
      ),
  },
  {
    title: "mounts",
    said: (host) =>
      saidOf(
        // A process's own are those of its container.
        host.models("mounts").filter(({ model }) => model.pid === undefined || model.pid === 1),
        ({ model, artifact }) =>
          model.mounts.map(({ point, source, type, options, line }) => [
            point,
            stated(`${source} ${type} ${options.join(",")}`, artifact, line),
          ]),
      ),
  },
  {
    title: "containers of Docker",
    said: (host) =>
      saidOf(host.models("docker-inspect"), ({ model, artifact }) =>
        model.containers.map(({ name, image = "unknown", memoryLimit, exitCode, oomKilled, line }) => {
          const limit = memoryLimit === undefined ? "" : `, limit ${memoryLimit} bytes`;
          const exit = exitCode === undefined ? "" : `, exit code ${exitCode}`;
          return [
            name,
            stated(
              `${image}${limit}${exit}${oomKilled === true ? ", killed for want of memory" : ""}`,
              artifact,
              line,
            ),
          ];
        }),
      ),
  },
  {
    title: "builds of Go programs",
    said: (host) =>
      saidOf(host.models("go-build"), ({ model, artifact }) =>
        model.builds.flatMap(({ binary, go, main, modules, line }) => {
          const name = binary.slice(binary.lastIndexOf("/") + 1);
          return [
            [name, stated(`${main ? `${main.path} ${main.version}, ` : ""}${go}`, artifact, line)] as const,
            ...[...modules.values()].map(
              (module) => [`${name} ${module.path}`, stated(module.version, artifact, module.line)] as const,
            ),
          ];
        }),
      ),
  },
  {
    title: "limits of processes",
    isPartial: true,
    said(host) {
      // Process ids differ from one bundle to the next.
      const names = new Map(host.tasks.map(({ tid, comm }) => [tid, comm]));
      return saidOf(host.models("proc-limits"), ({ model, artifact }) =>
        [...(model.limits?.limits ?? [])].map(([limit, { soft, line }]) => [
          `${names.get(model.pid) ?? `process ${model.pid ?? "unknown"}`} ${limit}`,
          stated(soft === Infinity ? "unlimited" : String(soft), artifact, line),
        ]),
      );
    },
  },
];
