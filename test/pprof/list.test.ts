import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { list, renderList } from "../../src/pprof/index.ts";
import { readProfile } from "./view-goldens.ts";

const SOURCE = readFileSync("test/fixtures/pprof/src/main.go", "utf8").split("\n");

describe("list", () => {
  it.each(["cpu", "heap", "goroutine"])("prints what go tool pprof -list prints: %s", (name) => {
    const view = list(readProfile(name), "main\\.");
    const text =
      view && renderList(view, (file) => (file === "example.com/fixture/main.go" ? SOURCE : undefined));
    expect(text).toBe(readFileSync(`test/fixtures/pprof/views/${name}.list.txt`, "utf8"));
  });

  it("shows the measured lines alone where there is no source", () => {
    const view = list(readProfile("heap"), "^main\\.allocate$");
    expect(view && renderList(view)).toBe(
      [
        "Total: 3.40MB",
        "ROUTINE ======================== main.allocate in example.com/fixture/main.go",
        "    3.38MB     3.38MB (flat, cum) 99.57% of Total",
        "    3.38MB     3.38MB    114:",
        "",
      ].join("\n"),
    );
  });

  it("knows no sample type that isn't there, and no function that doesn't match", () => {
    expect(list(readProfile("heap"), ".", { sampleIndex: "nothing" })).toBeUndefined();
    expect(list(readProfile("heap"), "^nothing$")?.functions).toEqual([]);
  });
});
