import type { Argv } from "yargs";
import { last, lastText } from "./last.ts";
import { count, flag, formatOption, fraction, output, several, text } from "./options.ts";

/** Which part of a profile a view shows. */
export interface PprofFilterArgs {
  "sample-index": string | undefined;
  focus: string | undefined;
  ignore: string | undefined;
  hide: string | undefined;
  show: string | undefined;
  "show-from": string | undefined;
  "prune-from": string | undefined;
  tagfocus: string | undefined;
  tagignore: string | undefined;
  tagshow: string | undefined;
  taghide: string | undefined;
  "relative-percentages": boolean;
  granularity: "functions" | "filefunctions" | "files" | "lines" | "addresses";
  noinlines: boolean;
}

/** What a view is made of: profiles without a base. */
export interface PprofSourceArgs extends PprofFilterArgs {
  profile: string[];
  base: string[] | undefined;
  "diff-base": string[] | undefined;
  normalize: boolean;
}

/** What the command lines of most views say. */
export interface PprofViewArgs extends PprofSourceArgs {
  format: "text" | "json";
}

/** How a table of functions is sorted and cut. */
export interface PprofFunctionsArgs extends PprofViewArgs {
  cum: boolean;
  nodecount: number | undefined;
  nodefraction: number | undefined;
  edgefraction: number | undefined;
  "drop-negative": boolean;
}

/** What the command lines of `inquest pprof peek` and `list` say. */
export interface PprofNamedArgs extends PprofViewArgs {
  regexp: string;
}
export interface PprofPeekArgs extends PprofNamedArgs {
  cum: boolean;
}
export interface PprofListArgs extends PprofNamedArgs {
  "source-path": string | undefined;
}

/** What the command line of `inquest pprof flame` says. */
export interface PprofFlameArgs extends PprofSourceArgs {
  format: "folded" | "json" | "svg" | "html";
  nodefraction: number | undefined;
  output: string | undefined;
}

/** What the command line of `inquest pprof diff` says. */
export interface PprofDiffArgs extends PprofFunctionsArgs {
  before: string;
}

/** What the command line of `inquest pprof merge` says. */
export interface PprofMergeArgs {
  profile: string[];
  output: string;
}

/** What the command lines of `inquest pprof goroutines` and `series` say. */
export interface PprofGoroutinesArgs {
  dump: string;
  format: "text" | "json";
  nodecount: number | undefined;
  full: boolean;
}
export interface PprofSeriesArgs extends PprofFilterArgs {
  profile: string[];
  format: "text" | "json";
  nodecount: number | undefined;
  full: boolean;
}

/** The options of views that print text or JSON. */
export function viewOptions(argv: Argv<object>): Argv<PprofViewArgs> {
  return formatOption(sourceOptions(argv));
}

/** The profiles of a view, one or several that are merged, and what of them is shown. */
function sourceOptions(argv: Argv<object>): Argv<PprofSourceArgs> {
  return filterOptions(
    argv
      .positional("profile", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Profiles in any form (docs/pprof.md), added up; - for standard input",
      })
      .option("base", several("Profiles to take away"))
      .option("diff-base", several("The same, with shares of the base"))
      .option("normalize", flag("Scale the profile to the base's sum first")),
  );
}

/** What chooses a part of a profile. */
function filterOptions<Args>(argv: Argv<Args>): Argv<Args & PprofFilterArgs> {
  return argv
    .option("sample-index", text("Sample type, by name or number"))
    .option("focus", text("Only samples through what matches (RE2)"))
    .option("ignore", text("No samples through what matches"))
    .option("hide", text("No frames that match"))
    .option("show", text("Only frames that match"))
    .option("show-from", text("Nothing above the outermost frame that matches"))
    .option("prune-from", text("Nothing below the innermost function that matches"))
    .option("tagfocus", text("Only samples with a label: VALUE, KEY=VALUE or a range"))
    .option("tagignore", text("No samples with it"))
    .option("tagshow", text("Only labels whose keys match"))
    .option("taghide", text("No labels whose keys match"))
    .option("relative-percentages", flag("Shares of what the filters leave"))
    .option("granularity", {
      choices: ["functions", "filefunctions", "files", "lines", "addresses"] as const,
      default: "functions" as const,
      requiresArg: true,
      coerce: last<PprofFilterArgs["granularity"]>,
      describe: "What is one row",
    })
    .option("noinlines", flag("Count inlined calls for their callers"));
}

/** What sorts and cuts a table of functions. */
export function functionOptions(argv: Argv<object>): Argv<PprofFunctionsArgs> {
  return viewOptions(argv)
    .option("cum", flag("Sort by cum instead of flat"))
    .option("nodecount", count("nodecount", "Most functions; top shows all, tree 80"))
    .option("nodefraction", fraction("nodefraction", "Drop functions below this share (0.005)"))
    .option("edgefraction", fraction("edgefraction", "Drop calls below this share (0.001)"))
    .option("drop-negative", flag("Leave out what weighs less than nothing"));
}

const regexp = {
  type: "string",
  demandOption: true,
  coerce: lastText,
  describe: "A part of the functions' names (RE2)",
} as const;

export function peekOptions(argv: Argv<object>): Argv<PprofPeekArgs> {
  return viewOptions(argv).positional("regexp", regexp).option("cum", flag("Sort by cum instead of flat"));
}

export function listOptions(argv: Argv<object>): Argv<PprofListArgs> {
  return viewOptions(argv)
    .positional("regexp", regexp)
    .option("source-path", text("A folder with the source, to show it beside the figures"));
}

export function flameOptions(argv: Argv<object>): Argv<PprofFlameArgs> {
  return sourceOptions(argv)
    .option("format", {
      choices: ["folded", "json", "svg", "html"] as const,
      default: "folded" as const,
      requiresArg: true,
      coerce: last<PprofFlameArgs["format"]>,
      describe: "Folded stacks, nested JSON, an image, or a page that zooms and searches",
    })
    .option("nodefraction", fraction("nodefraction", "Leave out calls below this share (0.0001; folded: 0)"))
    .option("output", output("Write to a file; - for standard output"));
}

export function diffOptions(argv: Argv<object>): Argv<PprofDiffArgs> {
  return functionOptions(argv).positional("before", {
    type: "string",
    demandOption: true,
    describe: "The profile to compare with",
  });
}

export function mergeOptions(argv: Argv<object>): Argv<PprofMergeArgs> {
  return argv
    .positional("profile", {
      type: "string",
      array: true,
      demandOption: true,
      describe: "Profiles of one kind",
    })
    .option("output", {
      ...output("The file to write, as profile.proto, - for standard output; gzipped if it ends in .gz"),
      demandOption: true,
    });
}

export function goroutineOptions(argv: Argv<object>): Argv<PprofGoroutinesArgs> {
  return stackOptions(formatOption(argv)).positional("dump", {
    type: "string",
    demandOption: true,
    describe: "A goroutine profile, debug=1 or debug=2 text, or a crash's dump; - for standard input",
  });
}

export function seriesOptions(argv: Argv<object>): Argv<PprofSeriesArgs> {
  return stackOptions(formatOption(filterOptions(argv))).positional("profile", {
    type: "string",
    array: true,
    demandOption: true,
    describe: "Profiles or goroutine dumps of one process at several times",
  });
}

function stackOptions<Args>(argv: Argv<Args>): Argv<Args & { nodecount: number | undefined; full: boolean }> {
  return argv
    .option("nodecount", count("nodecount", "Most stacks"))
    .option("full", flag("Whole stacks, with the runtime's own frames"));
}
