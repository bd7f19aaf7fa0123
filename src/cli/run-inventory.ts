import { inventory } from "../analyze.ts";
import { renderInventory, renderInventoryJson } from "../report/index.ts";
import { inputOf } from "./input-of.ts";
import type { InventoryArgs } from "./inventory-command.ts";
import { layout } from "./layout.ts";
import { EXIT } from "./outcome.ts";
import { progress } from "./progress.ts";
import { rulesWith } from "./rules-with.ts";
import { writeOutput } from "./write-output.ts";

/** Writes what is in what the command line names; the exit status is returned. */
export async function runInventory(args: InventoryArgs): Promise<number> {
  const rules = await rulesWith(args.rules);
  const { show, clear } = progress(args.quiet);
  const found = await inventory(args.paths.map(inputOf), { rules, onArtifact: show }).finally(clear);
  const text = args.format === "json" ? renderInventoryJson(found) : renderInventory(found, layout(args));
  if (args.output === undefined) process.stdout.write(text);
  else writeOutput(args.output, text);
  // What is listed with its reason still can't be analysed.
  return found.artifacts.some(({ status }) => status !== "unread") ? EXIT.analysed : EXIT.cannot;
}
