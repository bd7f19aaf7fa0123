import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseProfile, type ViewOptions } from "../../src/pprof/index.ts";
import { printed } from "./view-goldens.ts";

/** What pprof said of profiles that Go programs wrote, by profile and view; make.sh beside it has the commands. */
const GOLDENS = gunzipSync(readFileSync("test/fixtures/pprof/programs/goldens.txt.gz"))
  .toString()
  .split(/^### /m)
  .slice(1)
  .map((golden) => [golden.slice(0, golden.indexOf("\n")), golden.slice(golden.indexOf("\n") + 1)] as const);

const VIEWS: Record<string, [view: string, options: ViewOptions]> = {
  "-top": ["top", {}],
  "-tree -nodecount=12": ["tree", { nodeCount: 12 }],
  "-traces": ["traces", {}],
  "-tags": ["tags", {}],
  "-top -lines -noinlines -cum": ["top", { granularity: "lines", noInlines: true, cum: true }],
};

describe("a profile that a Go program wrote", () => {
  it("is of every kind, with and without inlining and labels", () => {
    const names = GOLDENS.map(([name]) => name).join("\n");
    for (const kind of ["block", "cpu", "goroutine", "heap", "mutex", "threadcreate"]) {
      expect(names).toContain(`programs/inlined/${kind}.pb.gz`);
      expect(names).toContain(`programs/plain/${kind}.pb.gz`);
    }
  });

  it.each(GOLDENS)("is shown as go tool pprof shows it: %s", (name, golden) => {
    const [path = "", asked = ""] = name.split("\t");
    const [view, options] = VIEWS[asked] ?? ["", {}];
    expect(printed(view, parseProfile(new Uint8Array(readFileSync(path))), options)).toBe(golden);
  });
});
