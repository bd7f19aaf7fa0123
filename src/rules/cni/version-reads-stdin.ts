import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { GoModule } from "../../procstack/index.ts";
import { nameOf } from "../../procstack/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { CNI_VERSION_STDIN, remedyOf, versionTest } from "../fixes/index.ts";
import type { StdinWait } from "../proc/stdin-wait.ts";
import { isPluginPath, stdinWait } from "../proc/stdin-wait.ts";

const LIBRARY = "github.com/containernetworking/cni";

/** Plugins that were built with an old CNI library read standard input for VERSION too, which gives them none. */
export const versionReadsStdin = defineCause<StdinWait>({
  id: "cni/version-reads-stdin",
  title: "a CNI plugin waits for input that VERSION does not have",
  description:
    "Up to 0.6.0 the CNI library's skel read standard input to its end for every command, VERSION included, for which a runtime or a person need " +
    "not give any. With a terminal or an open pipe as its input the plugin waits for ever. Fixed in v0.7.0-alpha0.",
  explains: [stdinWait],
  concerns: ({ seen }) =>
    seen !== undefined && (isPlugin(seen) || seen.files.environ?.has("CNI_COMMAND") === true),
  tests: [
    {
      statement: "the program is a CNI plugin",
      axis: "identity",
      holds: "strong",
      ask: {
        text: "the program's path",
        command: "tr '\\0' ' ' < /proc/PID/cmdline; readlink /proc/PID/exe",
      },
      answer({ seen }) {
        if (!seen) return cantTell();
        if (isPlugin(seen)) return holds(citeProgram(seen));
        const command = seen.files.environ?.get("CNI_COMMAND");
        return command ? holds([command.cite]) : cantTell("uncovered");
      },
    },
    {
      statement: "it was run with CNI_COMMAND=VERSION",
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "what the plugin was started with",
        command: "tr '\\0' '\\n' < /proc/PID/environ   # as root",
      },
      answer: ({ seen }) => answerCommand(seen),
    },
    versionTest<StdinWait>(CNI_VERSION_STDIN, {
      statement: "it was built with a CNI library older than 0.7.0",
      holds: "strong",
      fails: "decisive",
      told({ seen, host }) {
        const found = seen && libraryOf(seen, host);
        return found ? [{ written: found.module.version, isIndirect: false, cite: found.cite }] : [];
      },
    }),
  ],
  fixes: [CNI_VERSION_STDIN],
  remedy: remedyOf(CNI_VERSION_STDIN),
  references: CNI_VERSION_STDIN.references,
  summary({ seen, host }) {
    if (!seen) return "";
    const library = libraryOf(seen, host);
    const built = library ? ` It was built with the CNI library ${library.module.version}.` : "";
    const command = seen.files.environ?.get("CNI_COMMAND")?.value;
    const asked = command === undefined ? "" : ` for CNI_COMMAND=${command}`;
    return `${nameOf(seen.task)}, a CNI plugin, waits for its standard input to end${asked}, which nothing will.${built}`;
  },
});

function isPlugin({ task, files }: StdinWait): boolean {
  return [task.cmdline?.[0], files.maps?.value.binary].some(
    (path) => path !== undefined && isPluginPath(path),
  );
}

function citeProgram({ task, files, program }: StdinWait): Cite[] {
  const where = task.cites.cmdline;
  if (where && task.cmdline?.[0] !== undefined)
    return [citeOfTask(where, `its program is ${task.cmdline[0]}`, task)];
  return files.maps
    ? [files.maps.cite]
    : [{ artifact: where?.path ?? "", text: `its program is ${program ?? ""}` }];
}

function answerCommand(seen: StdinWait | undefined): Answer {
  const environ = seen?.files.environ;
  if (!environ) return cantTell("absent");
  const command = environ.get("CNI_COMMAND");
  if (!command) return cantTell("uncovered");
  if (command.value === undefined) return cantTell("redacted");
  // The other commands take the network's configuration from there.
  return command.value === "VERSION" ? holds([command.cite]) : fails([command.cite]);
}

/** The CNI library of the program's own binary, by its path or its name. */
function libraryOf(
  { task, program }: StdinWait,
  host: HostEvidence,
): { module: GoModule; cite: Cite } | undefined {
  const base = (path: string): string => path.split("/").at(-1) ?? "";
  const name = base(program ?? task.comm ?? "");
  for (const { model, artifact } of host.models("go-build")) {
    const build =
      model.builds.find(({ binary }) => binary === program) ??
      model.builds.find(({ binary }) => base(binary) === name);
    const module = build?.modules.get(LIBRARY);
    // A fork has versions of its own.
    if (!build || !module || module.replacedBy !== undefined) continue;
    const text = `${build.binary} was built with ${module.path} ${module.version}`;
    return { module, cite: { artifact: artifact.path, text, where: { line: module.line } } };
  }
  return undefined;
}
