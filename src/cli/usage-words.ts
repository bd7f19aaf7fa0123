import type { Argv } from "yargs";
import { nearest } from "./nearest.ts";

/** What the parser says about what was typed, where its own words are a programmer's. */
export const WORDS: Record<string, string> = {
  "Not enough arguments following: %s": "--%s needs a value",
  "Invalid values:": "Wrong value:",
  "Argument: %s, Given: %s, Choices: %s": "--%s %s; there are: %s",
  "Did you mean %s?": "there is no such view; there is %s",
};

/** The parser's message about what was typed, in words that say what to type instead. */
export function inWords(message: string, args: readonly string[], parsed: Argv["parsed"]): string {
  const known = knownOptions(parsed);
  const options = optionsOf(args);
  const unknown = options.filter((option) => !isKnown(option, known));
  if (message.startsWith("Not enough non-option arguments")) {
    // What is not known takes the word behind it, which may be the path.
    if (unknown.length > 0) return noOption(unknown, known);
    const greedy = options.find((option) => isOpenEnded(option, parsed));
    return `a path is missing${greedy === undefined ? "" : `: all words behind ${greedy} are taken for its own, so paths stand before it`}`;
  }
  // The parser names an option of two words in both its spellings.
  const strangers = /^Unknown arguments?: (.*)$/s.exec(message)?.[1];
  if (strangers !== undefined) {
    if (unknown.length > 0) return noOption(unknown, known);
    return `too many arguments, or a word that is not known: ${strangers}`;
  }
  return message.replace(/\s+/g, " ").trim();
}

/** The options as they were typed, without their values. */
function optionsOf(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args
    .slice(0, end === -1 ? undefined : end)
    .filter((arg) => /^-[^\d]/.test(arg))
    .map((arg) => arg.replace(/=.*$/s, ""));
}

/** The names of the command's options, in all their spellings; the parser lists among them what it made up for unknown ones. */
function knownOptions(parsed: Argv["parsed"]): ReadonlySet<string> {
  if (parsed === false) return new Set();
  const names = Object.keys(parsed.aliases).filter((name) => !(name in parsed.newAliases));
  return new Set([...names, ...names.map(inCamelCase)]);
}

const inCamelCase = (name: string): string =>
  name.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());

const nameOf = (option: string): string => option.replace(/^-+/, "");

/** Whether an option that was typed has a name, as itself or with `no-`, which turns options off. */
function isKnown(option: string, known: ReadonlySet<string>): boolean {
  const name = nameOf(option);
  return known.has(name) || (name.startsWith("no-") && known.has(name.slice("no-".length)));
}

/** Whether an option takes all words that follow it. */
function isOpenEnded(option: string, parsed: Argv["parsed"]): boolean {
  const value: unknown = parsed === false ? undefined : parsed.argv[nameOf(option)];
  return Array.isArray(value) && value.length > 0;
}

function noOption(unknown: readonly string[], known: ReadonlySet<string>): string {
  const longNames = [...known].filter((name) => name.length > 1 && name === name.toLowerCase());
  const meant = unknown
    .map((option) =>
      nearest(nameOf(option).toLowerCase(), [...longNames, ...longNames.map((name) => `no-${name}`)]),
    )
    .filter((name) => name !== undefined);
  const hint =
    meant.length > 0 ? `; there is ${[...new Set(meant)].map((name) => `--${name}`).join(", ")}` : "";
  return `there is no option ${unknown.join(", ")}${hint}`;
}
