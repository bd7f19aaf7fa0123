import type { ArgumentsCamelCase, Argv, CommandModule } from "yargs";
import type { Outcome } from "./outcome.ts";
import { EXIT } from "./outcome.ts";
import { formatOption, functionOptions, type PprofSourceArgs, sourceOptions } from "./pprof-options.ts";

/** What the command line of `inquest pprof peek` says. */
export interface PprofPeekArgs extends PprofSourceArgs {
  regexp: string;
  cum: boolean;
}

/** What the command line of `inquest pprof goroutines` says. */
export interface PprofGoroutinesArgs {
  dump: string;
  format: "text" | "json";
  nodecount: number | undefined;
  full: boolean;
}

/** `inquest pprof VIEW PROFILE`: a profile by itself, for people who look. */
export function pprofCommand(outcome: Outcome): CommandModule {
  const view = <Args extends object>(
    command: string,
    describe: string,
    builder: (argv: Argv<object>) => Argv<Args>,
    run: (args: ArgumentsCamelCase<Args>) => Promise<void>,
  ): CommandModule<object, Args> => ({
    command,
    describe,
    builder,
    async handler(args) {
      await run(args);
      outcome.status = EXIT.analysed;
    },
  });
  // Help and usage errors need none of what the views load.
  const views = async () => import("./run-pprof.ts");
  return {
    command: "pprof",
    describe: "Show a Go profile by itself",
    builder: (argv) =>
      argv
        .command(
          view(
            "top <profile..>",
            "Functions by what they weigh, as go tool pprof -top lists them",
            functionOptions,
            async (args) => (await views()).runPprofTop(args),
          ),
        )
        .command(
          view(
            "tree <profile..>",
            "Functions with their callers and callees",
            functionOptions,
            async (args) => (await views()).runPprofTree(args),
          ),
        )
        .command(
          view(
            "peek <regexp> <profile..>",
            "Callers and callees of the functions that match",
            peekOptions,
            async (args) => (await views()).runPprofPeek(args),
          ),
        )
        .command(
          view("traces <profile..>", "Every stack with its value and labels", sourceOptions, async (args) =>
            (await views()).runPprofTraces(args),
          ),
        )
        .command(
          view("tags <profile..>", "What was measured under each label", sourceOptions, async (args) =>
            (await views()).runPprofTags(args),
          ),
        )
        .command(
          view(
            "goroutines <dump>",
            "Goroutines by stack: how many, what they wait for, how long, who created them",
            goroutineOptions,
            async (args) => (await views()).runPprofGoroutines(args),
          ),
        )
        .demandCommand(1, "Name a view: inquest pprof top PROFILE"),
    handler: () => undefined,
  };
}

function peekOptions(argv: Argv<object>): Argv<PprofPeekArgs> {
  return sourceOptions(argv)
    .positional("regexp", {
      type: "string",
      demandOption: true,
      describe: "A part of the functions' names (RE2)",
    })
    .option("cum", { type: "boolean", default: false, describe: "Sort by cum instead of flat" });
}

function goroutineOptions(argv: Argv<object>): Argv<PprofGoroutinesArgs> {
  return formatOption(argv)
    .positional("dump", {
      type: "string",
      demandOption: true,
      describe: "A goroutine profile, debug=1 or debug=2 text, or a crash's dump; - for standard input",
    })
    .option("nodecount", { type: "number", requiresArg: true, describe: "Most stacks" })
    .option("full", {
      type: "boolean",
      default: false,
      describe: "Whole stacks, with the runtime's own frames",
    });
}
