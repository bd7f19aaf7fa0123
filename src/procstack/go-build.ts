import { type Diagnostic, linesOf, type Model } from "../bytes/index.ts";
import { defined } from "./defined.ts";

/** A module that a Go binary was built from. */
export interface GoModule {
  readonly path: string;
  /** `v0.6.0`, or `(devel)`; of a replaced module that of its replacement. */
  readonly version: string;
  /** Another module that stands in its place, as a fork does: the version is that one's. */
  readonly replacedBy?: string;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** What a Go binary tells of its build. */
export interface GoBuild {
  /** The binary's path, as it was given to `go version`. */
  readonly binary: string;
  /** `go1.12.9`. */
  readonly go: string;
  /** The main module. */
  readonly main?: GoModule;
  /** By path. */
  readonly modules: ReadonlyMap<string, GoModule>;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** The output of `go version -m FILE…`. */
export interface GoBuilds extends Model {
  readonly builds: readonly GoBuild[];
}

const BINARY = /^(\/?\S[^\t]*): (go\d[\w.]*|devel\b.*)$/;
const MODULE = /^\t(mod|dep|=>)\t(\S+)\t(\S+)/;

/** Reads what `go version -m` prints (debug/buildinfo). Binaries older than Go 1.13 carry no modules that it can print. */
export function parseGoBuilds(text: string): GoBuilds {
  const builds: {
    binary: string;
    go: string;
    line: number;
    main?: GoModule;
    modules: Map<string, GoModule>;
  }[] = [];
  let last: string | undefined;
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > 4096) continue;
    const [, binary, go] = line.startsWith("\t") ? [] : (BINARY.exec(line) ?? []);
    if (binary !== undefined && go !== undefined) {
      builds.push({ binary, go, line: number, modules: new Map() });
      last = undefined;
      continue;
    }
    const build = builds.at(-1);
    const [, what, path, version] = MODULE.exec(line) ?? [];
    if (!build || what === undefined || path === undefined || version === undefined) continue;
    // A replacement stands behind what it replaces, which is what the program imports.
    const name = what === "=>" ? last : path;
    if (name === undefined) continue;
    const isOther = what === "=>" && path !== name;
    const module = { path: name, version, ...(isOther && { replacedBy: path }), line: number };
    if (what === "mod") build.main = module;
    build.modules.set(name, module);
    last = name;
  }
  const diagnostics: Diagnostic[] =
    builds.length > 0
      ? []
      : [{ effect: "unread", code: "go-build-empty", message: "no Go binary was found" }];
  return { builds: builds.map((build) => defined(build)), diagnostics };
}

/** Whether a text, or its beginning, is what `go version -m` prints. */
export function looksLikeGoBuilds(head: string): boolean {
  const lines = head.split(/\r?\n/);
  return (
    lines.some((line) => line.length <= 4096 && !line.startsWith("\t") && BINARY.test(line)) &&
    lines.some((line) => /^\t(?:path|mod|dep|build)\t/.test(line))
  );
}
