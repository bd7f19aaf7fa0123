import { readFileSync, statSync } from "node:fs";
import { register } from "node:module";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InquestError } from "../bytes/index.ts";
import type { RuleFile } from "../rules/index.ts";
import { RULES, adoptExamples, adoptRules, parseRules } from "../rules/index.ts";

/** A file of rules that was loaded. */
export interface LoadedRules extends RuleFile {
  /** As it was given. */
  readonly path: string;
  /** The folder that it lies in. */
  readonly folder: string;
}

/** Bytes that are read of a file: what it may have in characters, each of several bytes. */
const LARGEST = 1024 * 1024;
const YAML: ReadonlySet<string> = new Set([".yaml", ".yml", ".json"]);
const JAVASCRIPT: ReadonlySet<string> = new Set([".js", ".mjs"]);
const TYPESCRIPT: ReadonlySet<string> = new Set([".ts", ".mts"]);

/**
 * Loads files of rules, each of which may explain symptoms of those before it.
 *
 * @throws {InquestError} `not-found` where one isn't there; `misuse` where one is no file of rules
 */
export async function loadRules(files: readonly string[]): Promise<LoadedRules[]> {
  const loaded: LoadedRules[] = [];
  for (const path of files) {
    const known = [...RULES, ...loaded.flatMap(({ rules }) => rules)];
    const extension = extname(path).toLowerCase();
    const file = YAML.has(extension)
      ? parseRules(textOf(path), { path, known })
      : await loadModule(path, extension, known);
    loaded.push({ ...file, path, folder: dirname(resolve(path)) });
  }
  return loaded;
}

function textOf(path: string): string {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > LARGEST)
      throw new InquestError("misuse", `${path}: ${size} bytes; at most ${LARGEST} are taken`, { path });
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof InquestError) throw error;
    throw unreadable(path, error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InquestError("misuse", `${path}: not UTF-8`, { path, cause: error });
  }
}

function unreadable(path: string, cause: unknown): InquestError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const why =
    code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder, and no file of rules" : String(cause);
  return new InquestError("not-found", `${path}: ${why}`, { path, cause });
}

async function loadModule(
  path: string,
  extension: string,
  known: Parameters<typeof adoptRules>[2],
): Promise<RuleFile> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new InquestError("misuse", `${path}: ${why}`, { path, cause });
  };
  const isTypescript = TYPESCRIPT.has(extension);
  if (!isTypescript && !JAVASCRIPT.has(extension))
    return refuse("rules are .yaml or .yml, or modules: .js, .mjs, .ts or .mts");
  try {
    statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (isTypescript && !stripsTypes())
    return refuse(
      `Node ${process.versions.node} loads no TypeScript; Node 22.18 or later does. Or strip its types before: npx esbuild ${basename(path)} --outfile=${basename(path, extension)}.mjs`,
    );
  leadToThisPackage();
  let module: unknown;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    return refuse(`it can't be loaded: ${whyNot(error)}`, error);
  }
  const exported = module as { readonly default?: unknown; readonly tests?: unknown };
  return { rules: adoptRules(exported.default, path, known), examples: adoptExamples(exported.tests, path) };
}

/** Says what is wrong with a module, and where: the engine puts the place of a syntax error before the stack. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? "").split("\n");
  const place = lines.find((line) => /^\s+at .*file:\/\/|^file:\/\//.test(line))?.trim();
  return `${error.name}: ${error.message}${place === undefined ? "" : `\n  ${place}`}`;
}

/** `process.features.typescript` is newer than the oldest Node that this runs on. */
const stripsTypes = (): boolean =>
  "typescript" in process.features && Boolean((process.features as { typescript?: unknown }).typescript);

let isLed = false;

/** Leads what modules of rules import as `inquest/…` to the very package that runs, wherever they lie. */
function leadToThisPackage(): void {
  if (isLed) return;
  isLed = true;
  const hook = `export function resolve(specifier, context, next) {
    const isOwn = specifier === "inquest" || specifier.startsWith("inquest/");
    return next(specifier, isOwn ? { ...context, parentURL: ${JSON.stringify(import.meta.url)} } : context);
  }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
