import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  mergeProfiles,
  type Profile,
  ratiosTo,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
  tags,
  top,
  traces,
  tree,
  type ViewOptions,
} from "../../src/pprof/index.ts";
import { linesOf, readProfile } from "./view-goldens.ts";

const GOLDENS = readFileSync("test/fixtures/pprof/views/goldens.txt", "utf8")
  .split(/^### /m)
  .slice(1)
  .map((golden) => [golden.slice(0, golden.indexOf("\n")), golden.slice(golden.indexOf("\n") + 1)] as const);

/** Our names of pprof's flags that take a value. */
const VALUES: Record<string, keyof ViewOptions> = {
  focus: "focus",
  ignore: "ignore",
  hide: "hide",
  show: "show",
  show_from: "showFrom",
  prune_from: "pruneFrom",
  tagfocus: "tagFocus",
  tagignore: "tagIgnore",
  tagshow: "tagShow",
  taghide: "tagHide",
  sample_index: "sampleIndex",
  nodecount: "nodeCount",
  nodefraction: "nodeFraction",
  edgefraction: "edgeFraction",
};
const NUMBERS = new Set(["nodecount", "nodefraction", "edgefraction"]);
const SWITCHES: Record<string, ViewOptions> = {
  cum: { cum: true },
  noinlines: { noInlines: true },
  relative_percentages: { relative: true },
  drop_negative: { dropNegative: true },
  functions: { granularity: "functions" },
  filefunctions: { granularity: "filefunctions" },
  files: { granularity: "files" },
  lines: { granularity: "lines" },
  addresses: { granularity: "addresses" },
};

describe("a view with options", () => {
  it("has goldens of every view and option", () => {
    const asked = GOLDENS.map(([name]) => name).join("\n");
    for (const flag of [...Object.keys(VALUES), ...Object.keys(SWITCHES), "base", "diff_base", "normalize"]) {
      expect(asked).toContain(`-${flag}`);
    }
    for (const view of ["top", "tree", "traces", "tags"])
      expect(asked).toMatch(new RegExp(`^${view}\t`, "m"));
  });

  it.each(GOLDENS)("prints what go tool pprof prints: %s", (name, golden) => {
    const [view = "", flags = "", files = ""] = name.split("\t");
    const { options, base, marked, normalize } = parse(flags);
    const profiles = files.split(" ").map(read);
    let profile = merged(profiles);
    if (base !== undefined) {
      const other = read(base);
      const ratios = normalize ? ratiosTo(other, profile) : undefined;
      profile = mergeProfiles([
        { profile, ratios },
        { profile: other, negate: true, marked },
      ]);
    }
    expect(print(view, profile, options)).toBe(golden);
  });
});

function print(view: string, profile: Profile, options: ViewOptions): string | undefined {
  if (view === "top") return rendered(top(profile, options), (of) => renderTop(profile, of));
  if (view === "tree") return rendered(tree(profile, options), (of) => renderTree(profile, of));
  if (view === "traces")
    return rendered(traces(profile, options), (of) => linesOf(renderTraces(profile, of)));
  return rendered(tags(profile, options), renderTags);
}

const rendered = <View>(view: View | undefined, render: (view: View) => string): string | undefined =>
  view && render(view);

const read = (file: string): Profile => readProfile(file.replace(/\.pb\.gz$/, ""));

function merged([first, ...others]: Profile[]): Profile {
  if (!first) throw new Error("a case names no profile");
  return others.length === 0
    ? first
    : mergeProfiles([{ profile: first }, ...others.map((profile) => ({ profile }))]);
}

function parse(flags: string): { options: ViewOptions; base?: string; marked: boolean; normalize: boolean } {
  const options: ViewOptions = {};
  let base: string | undefined;
  let [marked, normalize] = [false, false];
  for (const flag of flags.split(" ").map((text) => text.slice(1))) {
    const [key = "", value] = flag.includes("=")
      ? [flag.slice(0, flag.indexOf("=")), flag.slice(flag.indexOf("=") + 1)]
      : [flag];
    const option = VALUES[key];
    if (key === "normalize") normalize = true;
    else if (key === "base" || key === "diff_base") {
      base = value;
      marked = key === "diff_base";
    } else if (option) Object.assign(options, { [option]: NUMBERS.has(key) ? Number(value) : value });
    else if (SWITCHES[key]) Object.assign(options, SWITCHES[key]);
    else throw new Error(`a case has an unknown flag: ${flag}`);
  }
  return { options, ...(base === undefined ? {} : { base }), marked, normalize };
}
