import yargs from "yargs";
import { InquestError } from "../bytes/index.ts";
import { printable } from "../report/index.ts";
import { analyzeCommand } from "./analyze-command.ts";
import type { Outcome } from "./outcome.ts";
import { EXIT, STANDARD_INPUT } from "./outcome.ts";
import { pprofCommand } from "./pprof-command.ts";
import { rulesCommand } from "./rules-command.ts";

/** Runs the command line; the report goes to standard output, all else to standard error. */
export async function run(args: readonly string[], version: string): Promise<number> {
  const outcome: Outcome = { status: EXIT.analysed };
  const parser = yargs(args.map((arg) => (arg === "-" ? STANDARD_INPUT : arg)))
    .scriptName("inquest")
    .locale("en")
    .usage("inquest PATH…\n\nNames the cause in a bundle of evidence from a broken Kubernetes node.")
    .command(analyzeCommand(outcome))
    .command(pprofCommand(outcome))
    .command(rulesCommand(outcome))
    .version(version)
    .alias("version", "V")
    .help()
    .alias("help", "h")
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue("Exit status: 0 analysed; 1 a finding is at or above --fail-on; 2 the request can't be done.")
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new InquestError("misuse", message);
    });
  try {
    await parser.parseAsync();
    return outcome.status;
  } catch (error) {
    if (!(error instanceof InquestError)) throw error;
    const hint = error.code === "misuse" ? "\nTry: inquest --help" : "";
    process.stderr.write(`inquest: ${printable(error.message)}${hint}\n`);
    return EXIT.cannot;
  }
}
