import type { Argv, CommandModule } from "yargs";
import type { Asked } from "./outcome.ts";
import {
  diffOptions,
  flameOptions,
  functionOptions,
  goroutineOptions,
  listOptions,
  mergeOptions,
  peekOptions,
  seriesOptions,
  viewOptions,
} from "./pprof-options.ts";
import { viewCommand } from "./view-command.ts";

/** `inquest pprof VIEW PROFILE`: a profile by itself, for people who look. */
export function pprofCommand(asked: Asked): CommandModule {
  // Help and usage errors need none of what the views load.
  const tables = async () => import("./run-pprof.ts");
  const others = async () => import("./run-pprof-files.ts");
  const views: readonly ((argv: Argv) => Argv)[] = [
    viewCommand(
      asked,
      "top <profile..>",
      "Functions by what they weigh, as go tool pprof -top",
      functionOptions,
      async (args) => (await tables()).runPprofTop(args),
    ),
    viewCommand(
      asked,
      "tree <profile..>",
      "Functions with their callers and callees",
      functionOptions,
      async (args) => (await tables()).runPprofTree(args),
    ),
    viewCommand(
      asked,
      "peek <regexp> <profile..>",
      "Callers and callees of the functions that match",
      peekOptions,
      async (args) => (await tables()).runPprofPeek(args),
    ),
    viewCommand(
      asked,
      "list <regexp> <profile..>",
      "The functions that match, line by line",
      listOptions,
      async (args) => (await tables()).runPprofList(args),
    ),
    viewCommand(
      asked,
      "traces <profile..>",
      "Every stack with its value and labels",
      viewOptions,
      async (args) => (await tables()).runPprofTraces(args),
    ),
    viewCommand(asked, "tags <profile..>", "What was measured under each label", viewOptions, async (args) =>
      (await tables()).runPprofTags(args),
    ),
    viewCommand(
      asked,
      "diff <before> <profile..>",
      "Functions by how much they changed since another profile",
      diffOptions,
      async (args) => (await tables()).runPprofDiff(args),
    ),
    viewCommand(
      asked,
      "flame <profile..>",
      "A flame graph: folded stacks, JSON, SVG or a page",
      flameOptions,
      async (args) => (await others()).runPprofFlame(args),
    ),
    viewCommand(
      asked,
      "series <profile..>",
      "How the stacks of one process grow over several profiles",
      seriesOptions,
      async (args) => (await others()).runPprofSeries(args),
    ),
    viewCommand(
      asked,
      "merge <profile..>",
      "Add profiles up into one, as profile.proto",
      mergeOptions,
      async (args) => (await others()).runPprofMerge(args),
    ),
    viewCommand(
      asked,
      "goroutines <dump>",
      "Goroutines by stack: how many, what they wait for, how long, who created them",
      goroutineOptions,
      async (args) => (await others()).runPprofGoroutines(args),
    ),
  ];
  return {
    command: "pprof",
    describe: "Show a Go profile by itself",
    builder: (argv) =>
      views.reduce((all, add) => add(all), argv).demandCommand(1, "Name a view: inquest pprof top PROFILE"),
    handler: () => undefined,
  };
}
