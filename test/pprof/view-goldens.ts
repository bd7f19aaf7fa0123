import { existsSync, readFileSync, readdirSync } from "node:fs";
import {
  parseProfile,
  type Profile,
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

const FOLDER = "test/fixtures/pprof/top";

/** The profiles that have a golden of that kind; make.sh there has the commands. */
export function profilesWith(golden: string): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(`.${golden}`))
    .map((name) => name.slice(0, -golden.length - 1));
}

/** The profile of that name, which lies beside its goldens or with the other profiles. */
export function readProfile(name: string): Profile {
  const own = [FOLDER, "test/fixtures/pprof/views"]
    .map((folder) => `${folder}/${name}.pb.gz`)
    .find(existsSync);
  return parseProfile(new Uint8Array(readFileSync(own ?? `${FOLDER}/../${name}.pb.gz`)));
}

/** What pprof printed. */
export function viewGolden(name: string, golden: string): string {
  return readFileSync(`${FOLDER}/${name}.${golden}`, "utf8");
}

/** A text of lines that come one at a time. */
export const linesOf = (lines: Iterable<string>): string => [...lines, ""].join("\n");

/** A view as text, in pprof's form; `undefined` where the profile has no such sample type. */
export function printed(view: string, profile: Profile, options: ViewOptions): string | undefined {
  if (view === "top") return rendered(top(profile, options), (of) => renderTop(profile, of));
  if (view === "tree") return rendered(tree(profile, options), (of) => renderTree(profile, of));
  if (view === "traces")
    return rendered(traces(profile, options), (of) => linesOf(renderTraces(profile, of)));
  return rendered(tags(profile, options), renderTags);
}

const rendered = <View>(view: View | undefined, render: (view: View) => string): string | undefined =>
  view && render(view);
