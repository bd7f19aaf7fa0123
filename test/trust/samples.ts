import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../src/report/index.ts";
import type { Finding } from "../../src/rules/index.ts";
import { analyzeFiles } from "../rules/case.ts";
import { InquestError } from "../../src/bytes/index.ts";

/** Files by the path that a bundle has them under. */
export type Files = Readonly<Record<string, Uint8Array>>;
/** A rule's verdicts: one, or each that it gives somewhere, the surest first. */
export type Verdicts = Readonly<Record<string, string | readonly string[]>>;

/** What each sample's story demands of every rule: those that are not named are silent. Written by hand from the stories, which are in the READMEs. */
export const EXPECTED = JSON.parse(readFileSync("samples/expected.json", "utf8")) as Readonly<
  Record<string, Verdicts>
>;
export const SAMPLES = Object.keys(EXPECTED);
/** The folders that hold a bundle. */
export const folders = (): string[] =>
  readdirSync("samples", { withFileTypes: true })
    .map((entry) => entry.name)
    .filter((name) => existsSync(join("samples", name, "bundle")))
    .sort();

const cache = new Map<string, Files>();

/** The files of a sample's bundle, under `bundle/`. */
export function filesOf(sample: string): Files {
  const known = cache.get(sample);
  if (known) return known;
  const root = `samples/${sample}/bundle`;
  const files = Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [`bundle/${path.slice(root.length + 1)}`, new Uint8Array(readFileSync(path))];
      }),
  );
  cache.set(sample, files);
  return files;
}

const ORDER = ["confirmed", "likely", "possible", "ruled-out"];

/** What the rules say, in the form of {@link EXPECTED}. */
export function verdictsOf(findings: readonly Finding[]): Verdicts {
  const byRule = new Map<string, Set<string>>();
  for (const { rule, verdict } of findings) byRule.set(rule, (byRule.get(rule) ?? new Set()).add(verdict));
  return Object.fromEntries(
    [...byRule].map(([rule, all]) => {
      const verdicts = [...all].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
      return [rule, verdicts.length === 1 ? (verdicts[0] ?? "") : verdicts];
    }),
  );
}

/** What the rules say of these files. */
export const judged = async (files: Files): Promise<Verdicts> =>
  verdictsOf((await analyzeFiles(files)).findings);

/** The files under other paths. */
export const renamed = (files: Files, to: (path: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, body]) => [to(path), body]));

/** The files with other contents. */
export const rewritten = (files: Files, to: (body: Uint8Array, path: string) => Uint8Array): Files =>
  Object.fromEntries(Object.entries(files).map(([path, body]) => [path, to(body, path)]));

/** A case of one file that is cut to nothing can't be read at all; that is said, and is no finding. */
export function onlyUnreadable(error: unknown): Pick<Report, "findings"> {
  if (error instanceof InquestError && error.code === "nothing-readable") return { findings: [] };
  throw error;
}
