import type { Cite } from "../../evidence/index.ts";
import type { Termination } from "../../kube/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { quoted } from "./reasons.ts";
import type { CrashLoop } from "./crash-loop.ts";
import { sentence } from "../words.ts";
import { ASK_END, crashLoop, endText, whoOf } from "./crash-loop.ts";

/** What nobody but the program, or the shell or runtime that starts it, ends with. */
const ITS_OWN: ReadonlyMap<number, string> = new Map([
  [126, "what it was to run can't be executed"],
  [127, "what it was to run isn't in the image"],
  [132, "it was ended by SIGILL: an instruction that the processor doesn't have"],
  [134, "it was ended by SIGABRT: it gave up itself, as by a failed assertion"],
  [135, "it was ended by SIGBUS"],
  [136, "it was ended by SIGFPE"],
  [139, "it was ended by SIGSEGV: it used memory that isn't its own"],
]);
/** It never ran: the runtime was to start it and couldn't. */
const NEVER_RAN = new Set(["StartError", "ContainerCannotRun"]);
/** What the runtime says where that is for the command itself, and not for mounts, control groups or the node. */
const NO_COMMAND =
  /\bexec:? (?:"[^"]{1,200}"|[^\s":]{1,200}): (?:stat [^\s:]{1,200}: )?(?:executable file not found|no such file or directory|permission denied|exec format error|(?:is a|not a) directory)/;
/** SIGKILL and SIGTERM come from somebody else. */
const FROM_OUTSIDE = new Set([137, 143]);

/** The program in the container ends by itself. */
export const programExit = defineCause<CrashLoop>({
  id: "kube/program-exit",
  title: "the container's program ends by itself",
  description:
    "The container's last end has an exit status that nobody else gave it: an error that the program ended with, a crash, or a command that can't be started.",
  explains: [crashLoop],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "it ended with a status of its own",
      axis: "state",
      holds: "decisive",
      fails: "decisive",
      ask: ASK_END,
      answer({ seen, host }) {
        const { last } = seen ?? {};
        if (!seen || last?.exitCode === undefined) return cantTell("absent");
        const meaning = ITS_OWN.get(last.exitCode);
        const says = `${whoOf(seen)} ended ${endText(last)}${meaning === undefined ? "" : `: ${meaning}`}`;
        const cites = [host.cluster.cite(seen.pod.object, says)];
        if (last.reason === "OOMKilled") return fails(cites);
        if (NEVER_RAN.has(last.reason ?? "")) return answerStart(last, cites);
        // The program may have been told to end, and have given up its own way.
        if (FROM_OUTSIDE.has(last.exitCode)) return fails(cites, { atMost: "strong" });
        return holds(cites, meaning === undefined ? { atMost: "strong" } : {});
      },
    },
  ],
  remedy: [
    "Where its command isn't in the image, see to the container's command and args, and to the image's tag.",
    "Read what the program wrote before it ended: kubectl logs POD -c CONTAINER --previous; its configuration and what it connects to at its start are the usual causes.",
  ],
  references: ["https://tldp.org/LDP/abs/html/exitcodes.html"],
  summary({ seen }) {
    if (!seen) return "";
    const { last } = seen;
    if (!last) return `Nothing tells how ${whoOf(seen)} ended.`;
    const meaning = last.exitCode === undefined ? undefined : ITS_OWN.get(last.exitCode);
    return `${sentence(whoOf(seen))} ended ${endText(last)}${meaning === undefined ? "" : `: ${meaning}`}.`;
  },
});

/** Of a container that never ran: its command may be what is wrong, or the node. */
function answerStart({ message, exitCode }: Termination, cites: readonly Cite[]): Answer {
  // Docker gives these for want of the command alone.
  if (message === undefined)
    return exitCode === 126 || exitCode === 127 ? holds(cites, { atMost: "strong" }) : cantTell("uncovered");
  const said = cites.map((cite) => ({ ...cite, text: `the runtime could not start it: ${quoted(message)}` }));
  return NO_COMMAND.test(message) ? holds(said) : fails(said);
}
