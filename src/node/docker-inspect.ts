import type { Format, Model } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** A container, as far as `docker inspect` tells what it takes and how it ended. */
export interface DockerContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string | undefined;
  readonly logDriver: string | undefined;
  /** Bytes at which its log is rotated, as written (`100m`); `undefined` where it grows without end. */
  readonly logMaxSize: string | undefined;
  readonly logPath: string | undefined;
  readonly oomKilled: boolean | undefined;
  readonly exitCode: number | undefined;
  /** Bytes; 0 where it has no limit. */
  readonly memoryLimit: number | undefined;
  /** One-based line of its id. */
  readonly line: number;
}

/** What `docker inspect` prints of containers. */
export interface DockerInspect extends Model {
  readonly containers: readonly DockerContainer[];
}

/** Parses it; images, networks and volumes that stand among the containers are passed over. */
export function parseDockerInspect(text: string): DockerInspect {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    const message = "it is no whole JSON text";
    return { containers: [], diagnostics: [{ effect: "unread", code: "bad-json", message }] };
  }
  const lines = lineFinder(text);
  const containers = (Array.isArray(value) ? value : [value]).flatMap((each: unknown) => {
    const found = containerOf(each);
    return found ? [{ ...found, line: lines(found.id) }] : [];
  });
  if (containers.length > 0) return { containers, diagnostics: [] };
  const message = "no container is in it";
  return { containers, diagnostics: [{ effect: "unread", code: "no-container", message }] };
}

function containerOf(value: unknown): Omit<DockerContainer, "line"> | undefined {
  const id = at(value, "Id");
  const host = at(value, "HostConfig");
  if (typeof id !== "string" || typeof host !== "object" || host === null) return undefined;
  const maxSize = text(at(host, "LogConfig", "Config", "max-size"));
  const [oomKilled, exitCode, memory] = [
    at(value, "State", "OOMKilled"),
    at(value, "State", "ExitCode"),
    at(host, "Memory"),
  ];
  return {
    id,
    name: (text(at(value, "Name")) ?? "").replace(/^\//, ""),
    image: text(at(value, "Config", "Image")),
    logDriver: text(at(host, "LogConfig", "Type")),
    logMaxSize: maxSize === "" || maxSize === "-1" ? undefined : maxSize,
    logPath: text(at(value, "LogPath")),
    oomKilled: typeof oomKilled === "boolean" ? oomKilled : undefined,
    exitCode: typeof exitCode === "number" ? exitCode : undefined,
    memoryLimit: typeof memory === "number" ? memory : undefined,
  };
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== "object" || here === null || Array.isArray(here) || !Object.hasOwn(here, name))
      return undefined;
    here = (here as Readonly<Record<string, unknown>>)[name];
  }
  return here;
}

/** Finds the lines of ids that are asked for in the order in which they stand. */
function lineFinder(whole: string): (id: string) => number {
  let [from, line] = [0, 1];
  return (id) => {
    const found = whole.indexOf(`"${id}"`, from);
    if (found === -1) return line;
    for (let i = whole.indexOf("\n", from); i !== -1 && i < found; i = whole.indexOf("\n", i + 1)) line++;
    from = found;
    return line;
  };
}

/** By the members that its first container has. */
export const dockerInspectFormat: Format<"docker-inspect", DockerInspect> = textFormat({
  kind: "docker-inspect",
  failure: { program: /\bdocker\b/i, path: /docker.*inspect/i },
  recognise: (head) =>
    /^\s*(?:\[\s*)?\{/.test(head) &&
    /"Id":\s*"[0-9a-f]{64}"/.test(head) &&
    /"(?:LogPath|ResolvConfPath|HostConfig)":/.test(head),
  parse: parseDockerInspect,
});
