import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
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
} from "../../src/pprof/index.ts";

/** What pprof said of profiles that Go programs wrote, by profile and view; make.sh beside it has the commands. */
const GOLDENS = gunzipSync(readFileSync("test/fixtures/pprof/programs/goldens.txt.gz"))
  .toString()
  .split(/^### /m)
  .slice(1)
  .map((golden) => [golden.slice(0, golden.indexOf("\n")), golden.slice(golden.indexOf("\n") + 1)] as const);

const VIEWS: Record<string, (profile: Profile) => string | undefined> = {
  "-top": (profile) => rendered(top(profile), (view) => renderTop(profile, view)),
  "-tree -nodecount=12": (profile) =>
    rendered(tree(profile, { nodeCount: 12 }), (view) => renderTree(profile, view)),
  "-traces": (profile) => rendered(traces(profile), (view) => renderTraces(profile, view)),
  "-tags": (profile) => rendered(tags(profile), renderTags),
  "-top -lines -noinlines -cum": (profile) =>
    rendered(top(profile, { granularity: "lines", noInlines: true, cum: true }), (view) =>
      renderTop(profile, view),
    ),
};

const rendered = <View>(view: View | undefined, render: (view: View) => string): string | undefined =>
  view && render(view);

describe("a profile that a Go program wrote", () => {
  it("is of every kind, with and without inlining and labels", () => {
    const names = GOLDENS.map(([name]) => name).join("\n");
    for (const kind of ["block", "cpu", "goroutine", "heap", "mutex", "threadcreate"]) {
      expect(names).toContain(`programs/inlined/${kind}.pb.gz`);
      expect(names).toContain(`programs/plain/${kind}.pb.gz`);
    }
  });

  it.each(GOLDENS)("is shown as go tool pprof shows it: %s", (name, golden) => {
    const [path = "", view = ""] = name.split("\t");
    expect(VIEWS[view]?.(parseProfile(new Uint8Array(readFileSync(path))))).toBe(golden);
  });
});
