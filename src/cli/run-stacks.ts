import { openBundle } from "../bundle/index.ts";
import { InquestError } from "../bytes/index.ts";
import { buildCase, type HostEvidence } from "../evidence/index.ts";
import { renderStacks, stacksView, type StacksView } from "../procstack/index.ts";
import { printable } from "../report/escape.ts";
import { inputOf } from "./input-of.ts";
import { layout } from "./layout.ts";
import type { StacksArgs } from "./stacks-command.ts";
import { print, viewJson } from "./write-output.ts";

/** Writes who waits where, and for whom, on each host. */
export async function runStacks(args: StacksArgs): Promise<void> {
  const bundle = await openBundle(args.paths.map(inputOf));
  const options = { pids: args.pid, states: args.state, comm: args.comm, blocked: args.blocked };
  const views = buildCase(bundle).hosts.flatMap((host) => {
    const input = inputsOf(host);
    return input ? [{ host: host.name, view: stacksView(input, options) }] : [];
  });
  for (const { path, kind, status, reason } of bundle.artifacts)
    if (KINDS.test(kind) && status !== "read" && reason !== undefined)
      process.stderr.write(
        `inquest: ${printable(`${path}: ${status === "partial" ? "in part: " : ""}${reason}`)}\n`,
      );
  if (views.length === 0) {
    const [only] = bundle.artifacts.length === 1 ? bundle.artifacts : [];
    const why = only?.reason === undefined ? "" : `: ${only.path}: ${only.reason}`;
    throw new InquestError("nothing-readable", `no stack, task or kernel log could be read${why}`);
  }
  await print(
    args.format === "json"
      ? viewJson({ hosts: views.map(({ host, view }) => ({ host, ...view })) })
      : texts(views),
  );
}

const KINDS = /^(?:proc-|kernel-log$|user-stacks$)/;

function inputsOf(host: HostEvidence): Parameters<typeof stacksView>[0] | undefined {
  const logs = host.kernelLogs.map(({ model }) => model);
  const userStacks = host
    .models("user-stacks")
    .map(({ model, artifact }) => ({ path: artifact.path, model }));
  const { tasks } = host;
  return tasks.length + logs.length + userStacks.length === 0 ? undefined : { tasks, logs, userStacks };
}

/** Hosts one below the other. */
function* texts(views: readonly { host: string | null; view: StacksView }[]): Generator<string> {
  const { width } = layout({ output: undefined, color: false });
  for (const [at, { host, view }] of views.entries()) {
    if (at > 0) yield "";
    if (views.length > 1) yield `==> ${host ?? "a host without a name"} <==`;
    yield* renderStacks(view, width);
  }
}
