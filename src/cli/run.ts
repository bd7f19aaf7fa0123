import yargs from "yargs";
import { InquestError } from "../bytes/index.ts";
import { printable } from "../report/index.ts";
import { analyzeCommand } from "./analyze-command.ts";
import type { Outcome } from "./outcome.ts";
import { EXIT, STANDARD_INPUT } from "./outcome.ts";
import { rulesCommand } from "./rules-command.ts";

/** Runs the command line; the report goes to standard output, all else to standard error. */
export async function run(args: readonly string[], version: string): Promise<number> {
  const outcome: Outcome = { status: EXIT.analysed };
  const parser = yargs(args.map((arg) => (arg === "-" ? STANDARD_INPUT : arg)))
    .scriptName("inquest")
    .locale("en")
    .usage("inquest PATH…\n\nNames the cause in a bundle of evidence from a broken Kubernetes node.")
    .command(analyzeCommand(outcome))
    .command(rulesCommand(outcome))
    .version(version)
    .alias("version", "V")
    .help()
    .alias("help", "h")
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue("Exit status: 0 analysed; 1 a finding is at or above --fail-on; 2 the request can't be done.")
    .exitProcess(false)
    .fail((message: string | null, error) => {
      // A message is the parser's: it could not make out the command line. Any other error is a command's own.
      throw message === null ? error : new InquestError("misuse", message);
    });
  try {
    await parser.parseAsync();
    return outcome.status;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return EXIT.cannot;
  }
}

/** What went wrong, for people; with the place in the program where that is a fault of the program. */
function explain(error: unknown): string {
  if (error instanceof InquestError) {
    const hint = error.code === "misuse" ? "\nTry: inquest --help" : "";
    return `inquest: ${printable(error.message)}${hint}`;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `inquest: a fault of inquest itself; please report it.\n${what.split("\n").map(printable).join("\n")}`;
}
