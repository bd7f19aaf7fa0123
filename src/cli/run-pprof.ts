import { readSingle } from "../bundle/index.ts";
import { InquestError, reasonOf } from "../bytes/index.ts";
import { isProfile, parseProfile, renderTop, top } from "../pprof/index.ts";
import { printable, printableJson } from "../report/index.ts";
import { STANDARD_INPUT } from "./outcome.ts";
import type { PprofTopArgs } from "./pprof-command.ts";

/** Writes the functions of a profile by what they weigh. */
export async function runPprofTop(args: PprofTopArgs): Promise<void> {
  const path = args.profile === STANDARD_INPUT ? "-" : args.profile;
  const input = path === "-" ? { name: "-", source: { size: undefined, stream: () => process.stdin } } : path;
  const bytes = await readSingle(input);
  if (!isProfile(bytes)) throw new InquestError("nothing-readable", `${path}: not a profile.proto`);
  const profile = parseProfile(bytes);
  const table = top(profile, {
    sampleIndex: args["sample-index"],
    cum: args.cum,
    nodeCount: args.nodecount,
    nodeFraction: args.nodefraction,
    edgeFraction: args.edgefraction,
  });
  const types = profile.sampleTypes.map(({ type }) => profile.string(type)).join(", ");
  if (!table) {
    throw new InquestError(
      "misuse",
      `${path}: no sample type ${args["sample-index"] ?? ""}; it has: ${types}`,
    );
  }
  const damage = reasonOf(profile.diagnostics);
  if (damage !== undefined) process.stderr.write(`inquest: ${printable(`${path}: in part: ${damage}`)}\n`);
  if (args.format === "json") process.stdout.write(`${printableJson(plain(table))}\n`);
  else process.stdout.write(renderTop(profile, table).split("\n").map(printable).join("\n"));
}

/** Integers that a double holds are numbers in JSON; larger ones are strings, which lose nothing. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
