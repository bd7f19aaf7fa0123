import type { ArgumentsCamelCase, Argv, CommandModule } from "yargs";
import type { Outcome } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** What every view of a profile is asked on the command line. */
interface ViewArgs {
  profile: string;
  format: "text" | "json";
}

/** What the command lines of `inquest pprof top` and `tree` say. */
export interface PprofFunctionsArgs extends ViewArgs {
  "sample-index": string | undefined;
  cum: boolean;
  nodecount: number | undefined;
  nodefraction: number | undefined;
  edgefraction: number | undefined;
}

/** What the command line of `inquest pprof peek` says. */
export interface PprofPeekArgs extends ViewArgs {
  regexp: string;
  "sample-index": string | undefined;
  cum: boolean;
}

/** What the command lines of `inquest pprof traces` and `tags` say. */
export interface PprofTracesArgs extends ViewArgs {
  "sample-index": string | undefined;
}

/** What the command line of `inquest pprof goroutines` says. */
export interface PprofGoroutinesArgs extends ViewArgs {
  nodecount: number | undefined;
  full: boolean;
}

/** `inquest pprof VIEW PROFILE`: a profile by itself, for people who look. */
export function pprofCommand(outcome: Outcome): CommandModule {
  const view = <Args extends ViewArgs>(
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
            "top <profile>",
            "Functions by what they weigh, as go tool pprof -top lists them",
            functionOptions,
            async (args) => (await views()).runPprofTop(args),
          ),
        )
        .command(
          view("tree <profile>", "Functions with their callers and callees", functionOptions, async (args) =>
            (await views()).runPprofTree(args),
          ),
        )
        .command(
          view(
            "peek <regexp> <profile>",
            "Callers and callees of the functions that match",
            peekOptions,
            async (args) => (await views()).runPprofPeek(args),
          ),
        )
        .command(
          view("traces <profile>", "Every stack with its value and labels", traceOptions, async (args) =>
            (await views()).runPprofTraces(args),
          ),
        )
        .command(
          view("tags <profile>", "What was measured under each label", traceOptions, async (args) =>
            (await views()).runPprofTags(args),
          ),
        )
        .command(
          view(
            "goroutines <profile>",
            "Goroutines by stack: how many, what they wait for, how long, who created them",
            goroutineOptions,
            async (args) => (await views()).runPprofGoroutines(args),
          ),
        )
        .demandCommand(1, "Name a view: inquest pprof top PROFILE"),
    handler: () => undefined,
  };
}

const FORMAT = { choices: ["text", "json"] as const, default: "text" as const };
const SAMPLE_INDEX = {
  type: "string",
  requiresArg: true,
  describe: "Sample type, by name or number",
} as const;
const CUM = { type: "boolean", default: false, describe: "Sort by cum instead of flat" } as const;
const PROFILE = { type: "string", demandOption: true } as const;

function functionOptions(argv: Argv<object>): Argv<PprofFunctionsArgs> {
  return argv
    .positional("profile", { ...PROFILE, describe: "A profile.proto, gzipped or not; - for standard input" })
    .option("sample-index", SAMPLE_INDEX)
    .option("cum", CUM)
    .option("nodecount", {
      type: "number",
      requiresArg: true,
      describe: "Most functions; top shows all, tree 80",
    })
    .option("nodefraction", {
      type: "number",
      requiresArg: true,
      describe: "Drop functions below this share (0.005)",
    })
    .option("edgefraction", {
      type: "number",
      requiresArg: true,
      describe: "Drop calls below this share (0.001)",
    })
    .option("format", FORMAT);
}

function peekOptions(argv: Argv<object>): Argv<PprofPeekArgs> {
  return argv
    .positional("regexp", { type: "string", demandOption: true, describe: "A part of the functions' names" })
    .positional("profile", { ...PROFILE, describe: "A profile.proto, gzipped or not; - for standard input" })
    .option("sample-index", SAMPLE_INDEX)
    .option("cum", CUM)
    .option("format", FORMAT);
}

function traceOptions(argv: Argv<object>): Argv<PprofTracesArgs> {
  return argv
    .positional("profile", { ...PROFILE, describe: "A profile.proto, gzipped or not; - for standard input" })
    .option("sample-index", SAMPLE_INDEX)
    .option("format", FORMAT);
}

function goroutineOptions(argv: Argv<object>): Argv<PprofGoroutinesArgs> {
  return argv
    .positional("profile", {
      ...PROFILE,
      describe: "A goroutine profile, debug=1 or debug=2 text, or a crash's dump; - for standard input",
    })
    .option("nodecount", { type: "number", requiresArg: true, describe: "Most stacks" })
    .option("full", {
      type: "boolean",
      default: false,
      describe: "Whole stacks, with the runtime's own frames",
    })
    .option("format", FORMAT);
}
