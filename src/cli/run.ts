import yargs from "yargs";
import { InquestError } from "../bytes/index.ts";
import { printable } from "../report/escape.ts";
import { analyzeCommand } from "./analyze-command.ts";
import { diffCommand } from "./diff-command.ts";
import { inventoryCommand } from "./inventory-command.ts";
import { nearest } from "./nearest.ts";
import type { Asked } from "./outcome.ts";
import { EXIT, DASH } from "./outcome.ts";
import { pcapCommand } from "./pcap-command.ts";
import { pprofCommand } from "./pprof-command.ts";
import { rulesCommand } from "./rules-command.ts";
import { stacksCommand } from "./stacks-command.ts";
import { testRulesCommand } from "./test-rules-command.ts";
import { inWords, WORDS } from "./usage-words.ts";

const COMMANDS: ReadonlySet<string> = new Set([
  "analyze",
  "diff",
  "inventory",
  "pcap",
  "pprof",
  "rules",
  "stacks",
  "test-rules",
]);

/** Runs the command line; the report goes to standard output, all else to standard error. */
export async function run(args: readonly string[], version: string): Promise<number> {
  const asked: Asked = {};
  const parser = yargs(pathsFirst(args).map((arg) => (arg === "-" ? DASH : arg)))
    .scriptName("inquest")
    .locale("en")
    .updateStrings(WORDS)
    .usage("inquest PATH…\n\nNames the cause in a bundle of evidence from a broken Kubernetes node.")
    .example("inquest bundle.tar.gz", "What is wrong, where, and what to do")
    .example("inquest node-a/ server.pcap", "Several paths are one case")
    .example("inquest sick/ --baseline healthy/", "Compare with a healthy or earlier bundle")
    .example("inquest rules tcp/tw-recycle-nat", "What a rule asks, and what rules it out")
    .command(analyzeCommand(asked))
    .command(diffCommand(asked))
    .command(inventoryCommand(asked))
    .command(pcapCommand(asked))
    .command(pprofCommand(asked))
    .command(rulesCommand(asked))
    .command(stacksCommand(asked))
    .command(testRulesCommand(asked))
    .version(version)
    .alias("version", "V")
    .help()
    .alias("help", "h")
    .strict()
    .recommendCommands()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue("Exit status: 0 analysed; 1 a finding is at or above --fail-on; 2 the request can't be done.")
    .exitProcess(false)
    .fail((message, error) => {
      // The parser's own errors are about what was typed; all others are not its to judge.
      if (error !== undefined && error.name !== "YError") throw error;
      throw new InquestError("misuse", inWords(message, args, parser.parsed));
    });
  neverLayOutHelp(parser);
  try {
    await parser.parseAsync();
    return (await asked.run?.()) ?? EXIT.analysed;
  } catch (error) {
    process.stderr.write(`${explain(error, args)}\n`);
    return EXIT.cannot;
  }
}

/** What of the parser's own its types leave out. */
interface ParserInternals {
  getInternalMethods(): { getUsageInstance(): { cacheHelpMessage: () => void } };
}

/** Behind each command the parser lays out its help, should that go wrong: it costs more than a small profile, and nobody sees it. */
function neverLayOutHelp(parser: unknown): void {
  (parser as ParserInternals).getInternalMethods().getUsageInstance().cacheHelpMessage = () => undefined;
}

/**
 * Puts what stands behind `--` where the parser looks for paths, which it does not do by itself: before the options, and
 * such that a leading dash or the name of a command is none.
 */
function pathsFirst(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  if (end === -1) return [...args];
  const options = args.slice(0, end);
  const command = COMMANDS.has(options[0] ?? "") ? options.splice(0, 1) : [];
  const paths = args
    .slice(end + 1)
    .map((path) => (path !== "-" && (path.startsWith("-") || COMMANDS.has(path)) ? `./${path}` : path));
  return [...command, ...paths, ...options];
}

/** What went wrong, for people; with the place in the program where that is a fault of the program. */
function explain(error: unknown, [command = ""]: readonly string[]): string {
  if (error instanceof InquestError) {
    const help = COMMANDS.has(command) ? `${command} --help` : "--help";
    const hint = error.code === "misuse" && error.path === undefined ? `\nTry: inquest ${help}` : "";
    // Whoever mistypes a command is told of a path that isn't there.
    const isWord = error.code === "not-found" && error.path === command && /^[a-z-]+$/.test(command);
    const meant = isWord ? nearest(command, COMMANDS) : undefined;
    const there = meant === undefined ? ", which inquest --help lists" : `; there is inquest ${meant}`;
    const also = isWord ? `; nor is it a command${there}` : "";
    return `inquest: ${error.message.split("\n").map(printable).join("\n")}${also}${hint}`;
  }
  if (error instanceof RangeError && error.message === "Invalid string length") {
    return "inquest: the output is too long; filters make it shorter";
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `inquest: a fault of inquest itself; please report it.\n${what.split("\n").map(printable).join("\n")}`;
}
