import type { Argv, CommandModule } from "yargs";
import type { Outcome } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** What the command line of `inquest pprof top` says. */
export interface PprofTopArgs {
  profile: string;
  "sample-index": string | undefined;
  cum: boolean;
  nodecount: number | undefined;
  nodefraction: number | undefined;
  edgefraction: number | undefined;
  format: "text" | "json";
}

/** What the command line of `inquest pprof goroutines` says. */
export interface PprofGoroutinesArgs {
  profile: string;
  nodecount: number | undefined;
  full: boolean;
  format: "text" | "json";
}

/** `inquest pprof VIEW PROFILE`: a profile by itself, for people who look. */
export function pprofCommand(outcome: Outcome): CommandModule {
  return {
    command: "pprof",
    describe: "Show a Go profile by itself",
    builder: (argv) =>
      argv
        .command(topCommand(outcome))
        .command(goroutinesCommand(outcome))
        .demandCommand(1, "Name a view: inquest pprof top PROFILE"),
    handler: () => undefined,
  };
}

function topCommand(outcome: Outcome): CommandModule<object, PprofTopArgs> {
  return {
    command: "top <profile>",
    describe: "Functions by what they weigh, as go tool pprof -top lists them",
    builder: (argv) => topOptions(argv),
    async handler(args) {
      const { runPprofTop } = await import("./run-pprof.ts");
      await runPprofTop(args);
      outcome.status = EXIT.analysed;
    },
  };
}

function topOptions(argv: Argv<object>): Argv<PprofTopArgs> {
  return argv
    .positional("profile", {
      type: "string",
      demandOption: true,
      describe: "A profile.proto, gzipped or not; - for standard input",
    })
    .option("sample-index", { type: "string", requiresArg: true, describe: "Sample type, by name or number" })
    .option("cum", { type: "boolean", default: false, describe: "Sort by cum instead of flat" })
    .option("nodecount", { type: "number", requiresArg: true, describe: "Most rows" })
    .option("nodefraction", {
      type: "number",
      requiresArg: true,
      describe: "Drop functions below this share (0.005)",
    })
    .option("edgefraction", {
      type: "number",
      requiresArg: true,
      describe: "Drop edges below this share (0.001)",
    })
    .option("format", { choices: ["text", "json"] as const, default: "text" as const });
}

function goroutinesCommand(outcome: Outcome): CommandModule<object, PprofGoroutinesArgs> {
  return {
    command: "goroutines <profile>",
    describe: "Goroutines by stack: how many, what they wait for, how long, who created them",
    builder: (argv) => goroutinesOptions(argv),
    async handler(args) {
      const { runPprofGoroutines } = await import("./run-pprof.ts");
      await runPprofGoroutines(args);
      outcome.status = EXIT.analysed;
    },
  };
}

function goroutinesOptions(argv: Argv<object>): Argv<PprofGoroutinesArgs> {
  return argv
    .positional("profile", {
      type: "string",
      demandOption: true,
      describe: "A goroutine profile, debug=1 or debug=2 text, or a crash's dump; - for standard input",
    })
    .option("nodecount", { type: "number", requiresArg: true, describe: "Most stacks" })
    .option("full", {
      type: "boolean",
      default: false,
      describe: "Whole stacks, with the runtime's own frames",
    })
    .option("format", { choices: ["text", "json"] as const, default: "text" as const });
}
