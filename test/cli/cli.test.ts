import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode } from "../pprof/oracle.ts";
import { STUCK_SENDER, MAIN, dump } from "../rules/go/dump.ts";

let home = "";
const LEAK = dump([1, MAIN], [1500, { ...STUCK_SENDER, leaked: true }]);

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "inquest-cli-"));
  mkdirSync(join(home, "empty"));
  mkdirSync(join(home, "bundle/node-a"), { recursive: true });
  writeFileSync(join(home, "bundle/node-a/goroutine.txt"), LEAK);
  writeFileSync(join(home, "bundle/node-a/notes.bin"), new Uint8Array([0, 1, 2, 3]));
  writeFileSync(join(home, "unknown.bin"), new Uint8Array([0, 1, 2, 3]));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function inquest(args: string[], input?: Uint8Array) {
  const bin = join(import.meta.dirname, "../../bin/inquest.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: home,
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}
const json = (args: string[], input?: Uint8Array) => {
  const { stdout } = inquest([...args, "--format", "json"], input);
  return JSON.parse(stdout) as {
    artifacts: { path: string; status: string; reason?: string }[];
    findings: { rule: string; verdict: string; host: string | null }[];
  };
};

describe("inquest", () => {
  it("diagnoses a folder, with and without the word analyze", () => {
    const bare = inquest(["bundle"]);
    expect(bare).toMatchObject({ status: 0, stderr: "" });
    expect(bare.stdout).toMatch(/^Confirmed: go\/goroutine-leak\.\n/);
    expect(inquest(["analyze", "bundle"]).stdout).toBe(bare.stdout);
  });

  it("gives the same verdicts for a folder, a tar, a tar.gz, a file and standard input", async () => {
    const body = new TextEncoder().encode(LEAK);
    const tar = await packTar([{ header: { name: "node-a/goroutine.txt", size: body.length }, body }]);
    writeFileSync(join(home, "b.tar"), tar);
    writeFileSync(join(home, "b.tar.gz"), gzipSync(tar));
    writeFileSync(join(home, "goroutine.txt.gz"), gzipSync(body));
    const verdicts = (report: ReturnType<typeof json>) =>
      report.findings.map((f) => `${f.rule} ${f.verdict}`);
    const expected = verdicts(json(["bundle"]));
    expect(expected).toContain("go/goroutine-leak confirmed");
    expect(verdicts(json(["b.tar"]))).toEqual(expected);
    expect(verdicts(json(["b.tar.gz"]))).toEqual(expected);
    expect(verdicts(json(["goroutine.txt.gz"]))).toEqual(expected);
    expect(verdicts(json(["-"], gzipSync(tar)))).toEqual(expected);
    expect(json(["b.tar.gz"]).artifacts[0]).toMatchObject({
      path: "b.tar.gz/node-a/goroutine.txt",
      host: "node-a",
    });
    expect(json(["-"], body).artifacts[0]).toMatchObject({ path: "-", status: "read" });
  });

  it("lists what it can't read with the reason, and goes on", () => {
    const { artifacts } = json(["bundle"]);
    expect(artifacts).toContainEqual(
      expect.objectContaining({ path: "bundle/node-a/notes.bin", status: "unread", kind: "unknown" }),
    );
  });

  it("answers an option without its value as any other bad usage", () => {
    for (const args of [["bundle", "--output"], ["--only"]]) {
      const { status, stdout, stderr } = inquest(args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(/^inquest: .+\nTry: inquest --help\n$/);
    }
  });

  it("reads what a cut archive holds", async () => {
    const body = new TextEncoder().encode(LEAK);
    const tar = await packTar([{ header: { name: "goroutine.txt", size: body.length }, body }]);
    const gz = gzipSync(tar);
    writeFileSync(join(home, "cut.tar.gz"), gz.subarray(0, gz.length - 500));
    const { artifacts, findings } = json(["cut.tar.gz"]);
    expect(artifacts.map((a) => a.status)).toContain("partial");
    expect(findings.map((f) => f.rule)).toContain("go/goroutine-pileup");
  });

  it("exits with 1 at --fail-on and never without it", () => {
    expect(inquest(["bundle", "--fail-on", "confirmed"]).status).toBe(1);
    expect(
      inquest([
        "bundle",
        "--fail-on",
        "confirmed",
        "--skip",
        "go/goroutine-leak",
        "--skip",
        "go/goroutine-pileup",
      ]).status,
    ).toBe(0);
    expect(inquest(["bundle"]).status).toBe(0);
  });

  it.each([
    [["nowhere"], "nowhere: no such file or folder"],
    [["bundle", "nowhere"], "nowhere: no such file or folder"],
    [["empty"], "nothing to read: no files in empty"],
    [["unknown.bin"], "unknown.bin: binary data of no kind that inquest knows"],
    [["bundle", "--format", "yaml"], '--format "yaml"; there are: "text", "json"'],
    [["bundle", "--no-such-option"], "there is no option --no-such-option\n"],
    [
      ["bundle", "--fail-on=likely", "--colour=no", "--x"],
      "there is no option --colour, --x; there is --color\n",
    ],
    [["--fail-no", "likely", "bundle"], "there is no option --fail-no; there is --fail-on\n"],
    [["--form=json", "bundle"], "there is no option --form; there is --format\n"],
    [["bundle", "--no-colour"], "there is no option --no-colour; there is --no-color\n"],
    [["diff", "--limt", "3", "a", "b"], "there is no option --limt; there is --limit\n"],
    [
      ["--only", "go/goroutine-leak", "bundle"],
      "a path is missing: all words behind --only are taken for its own",
    ],
    [["--bogus", "bundle"], "there is no option --bogus\n"],
    [
      ["inventry", "bundle"],
      "inventry: no such file or folder; nor is it a command; there is inquest inventory\n",
    ],
    [["pprof", "tops", "x"], "there is no such view; there is top\n"],
    [["rules", "tcp/tw-recyle-nat"], "there is no rule tcp/tw-recyle-nat; there is tcp/tw-recycle-nat\n"],
    [["rules", "go/goroutine-leak", "more"], "a word that is not known: more\n"],
    [["anaylze", "bundle"], "anaylze: no such file or folder; nor is it a command"],
    [["bundle", "--only", "no/rule"], "there is no rule no/rule"],
    [["rules", "no/rule"], "there is no rule no/rule; inquest rules lists them all\n"],
    [["rules", "tw-recycle-nat"], "there is no rule tw-recycle-nat; there is tcp/tw-recycle-nat"],
    [["inventory", "bundle", "--fail-on", "likely"], "there is no option --fail-on\n"],
    [[], "a path is missing"],
  ])("exits with 2 for %j and says why on standard error", (args, message) => {
    const { status, stdout, stderr } = inquest(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it.skipIf(process.getuid?.() === 0)("names a folder that it may not list", () => {
    const locked = join(home, "bundle/locked");
    mkdirSync(locked);
    chmodSync(locked, 0);
    const { artifacts } = json(["bundle"]);
    chmodSync(locked, 0o700);
    expect(artifacts).toContainEqual(
      expect.objectContaining({
        path: "bundle/locked",
        status: "unread",
        reason: "the folder can't be listed: permission denied",
      }),
    );
  });

  it("takes what stands behind -- as paths, whatever they begin with", () => {
    writeFileSync(join(home, "-dump.txt"), LEAK);
    writeFileSync(join(home, "rules"), LEAK);
    for (const path of ["-dump.txt", "rules"]) {
      const { status, stdout } = inquest(["--only", "go/goroutine-pileup", "--", path]);
      expect({ status, first: stdout.split("\n")[0] }).toEqual({
        status: 0,
        first: "Seen: go/goroutine-pileup.",
      });
    }
    expect(inquest(["--", "-"], new TextEncoder().encode(LEAK)).status).toBe(0);
    expect(inquest(["rules", "--", "go/goroutine-leak"]).stdout).toContain("Explains");
    expect(inquest(["--"])).toMatchObject({ status: 2, stdout: "" });
  });

  it("refuses an option without its value in a line, and takes the last of several", () => {
    for (const option of ["only", "skip", "output", "baseline", "format", "fail-on"])
      expect(inquest(["bundle", `--${option}`])).toEqual({
        status: 2,
        stdout: "",
        stderr: `inquest: --${option} needs a value\nTry: inquest --help\n`,
      });
    expect(inquest(["bundle", "--fail-on", "possible", "--fail-on", "likely"]).status).toBe(1);
    expect(inquest(["bundle", "--format", "json", "--format", "json"]).stdout).toMatch(/^\{/);
  });

  it("writes the same bytes each time, to a file when asked", () => {
    const first = inquest(["bundle", "--format", "json"]).stdout;
    expect(inquest(["bundle", "--format", "json"]).stdout).toBe(first);
    const { stdout } = inquest(["bundle", "--format", "json", "--output", "report.json"]);
    expect(stdout).toBe("");
    expect(readFileSync(join(home, "report.json"), "utf8")).toBe(first);
  });

  it("lists rules and explains one", () => {
    expect(inquest(["rules"]).stdout).toContain("go/goroutine-leak");
    const { stdout } = inquest(["rules", "go/goroutine-leak"]);
    expect(stdout).toContain("Explains go/goroutine-pileup.");
    expect(stdout).toContain("debug=2");
  });

  it("helps, and tells its version", () => {
    expect(inquest(["--help"]).stdout).toContain("inquest analyze <paths..>");
    expect(inquest(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(inquest(["analyze", "--help"]).stdout).toContain("--fail-on");
  });

  it("prints no colour into a pipe, nor where NO_COLOR is set", () => {
    expect(inquest(["bundle"]).stdout).not.toContain("\u001b");
    expect(inquest(["bundle", "--color"]).stdout).toContain("\u001b[");
  });

  it("keeps two folders of one name apart", () => {
    for (const [node, recycle] of [
      ["n1", 1],
      ["n2", 0],
    ] as const) {
      mkdirSync(join(home, node, "logs"), { recursive: true });
      writeFileSync(join(home, node, "logs/sysctl.txt"), `net.ipv4.tcp_tw_recycle = ${recycle}\n`);
    }
    const { artifacts, findings } = json(["n1/logs", "n2/logs"]);
    expect(artifacts.map((a) => a.path)).toEqual(["n1/logs/sysctl.txt", "n2/logs/sysctl.txt"]);
    expect(findings).toEqual([
      expect.objectContaining({ rule: "tcp/tw-recycle-nat", verdict: "possible", host: "n1" }),
    ]);
  });

  it("judges a cause that is asked for alone by its symptom all the same", () => {
    const only = json(["bundle", "--only", "go/goroutine-leak"]);
    expect(only.findings.map((f) => `${f.rule} ${f.verdict}`)).toEqual(["go/goroutine-leak confirmed"]);
  });

  it("lists a profile's functions as pprof does, and goroutines by stack", () => {
    const heap = join(import.meta.dirname, "../../samples/goroutine-leak/bundle/node-a/orders/heap.pb.gz");
    expect(inquest(["pprof", "top", heap]).stdout).toContain("main.(*prices).fetch");
    expect(inquest(["pprof", "goroutines", "bundle/node-a/goroutine.txt"]).stdout).toMatch(
      /^1501 goroutines in 2 stacks/,
    );
    expect(inquest(["pprof", "tree", heap, "--nodecount", "3"]).stdout).toContain("| main.(*prices).fetch");
    expect(inquest(["pprof", "peek", "fetch", heap]).stdout).toContain("| main.(*prices).fetch");
    expect(inquest(["pprof", "traces", heap]).stdout).toContain("main.(*prices).fetch");
    expect(inquest(["pprof", "tags", heap]).stdout).toContain("bytes: Total");
    expect(inquest(["pprof", "peek", "nothing", heap]).stderr).toContain("no function matches nothing");
    expect(inquest(["pprof", "peek", "(", heap]).stderr).toContain("not a regular expression: (");
    expect(inquest(["pprof", "goroutines", heap])).toMatchObject({ status: 2, stdout: "" });
    expect(inquest(["pprof", "top", "unknown.bin"])).toMatchObject({ status: 2, stdout: "" });
    expect(inquest(["pprof", "top", heap, "--sample-index", "nothing"]).stderr).toContain(
      "the profile has: alloc_objects",
    );
  });

  it("filters, compares, merges and draws profiles", () => {
    const heap = join(import.meta.dirname, "../fixtures/pprof/heap.pb.gz");
    const other = join(import.meta.dirname, "../fixtures/pprof/heap.rewritten.pb.gz");
    const source = join(import.meta.dirname, "../fixtures/pprof/src");
    const out = (name: string): string => readFileSync(join(home, name), "utf8");
    expect(inquest(["pprof", "top", "--focus", "allocate", heap]).stdout).toContain("   focus=allocate\n");
    expect(inquest(["pprof", "top", "--base", other, heap]).stdout).toContain(
      "accounting for 0, 0% of 0 total",
    );
    expect(inquest(["pprof", "top", heap, other]).stdout).toContain("6.76MB 99.57%");
    expect(inquest(["pprof", "list", "main.allocate", heap, "--source-path", source]).stdout).toContain(
      "3.38MB     3.38MB    114:\t\tsink = append",
    );
    expect(inquest(["pprof", "diff", heap, other]).stdout).toContain("3.40MB now: 0 1.00×");
    expect(inquest(["pprof", "series", heap, other]).stdout).toContain("Total: 3.40MB → 3.40MB");
    expect(inquest(["pprof", "flame", heap]).stdout).toContain("main.profiles;main.allocate ");
    expect(inquest(["pprof", "flame", heap, "--format", "html", "--output", "f.html"]).status).toBe(0);
    expect(out("f.html")).toContain("<title>main.allocate: 3.38MB, 99.57%</title>");
    expect(inquest(["pprof", "merge", heap, other, "--output", "m.pb"]).status).toBe(0);
    expect(inquest(["pprof", "top", "m.pb"]).stdout).toContain("6.76MB 99.57%");
    expect(inquest(["pprof", "top", heap, "--normalize"]).stderr).toContain("--normalize needs a --base");
    expect(inquest(["pprof", "top", heap, "--base", heap, "--diff-base", heap])).toMatchObject({ status: 2 });
    expect(inquest(["pprof", "top", heap, "--show", "("]).stderr).toContain(
      "show is not a regular expression: (",
    );
  });

  it("prints what pprof prints to the byte, tabs included", () => {
    const fixtures = join(import.meta.dirname, "../fixtures/pprof");
    const golden = readFileSync(join(fixtures, "top/heap.tree.txt"), "utf8");
    expect(inquest(["pprof", "tree", join(fixtures, "heap.pb.gz")]).stdout).toBe(golden);
  });

  it("takes the last of an option's values, and a dash for itself or for standard output", () => {
    const heap = join(import.meta.dirname, "../fixtures/pprof/heap.pb.gz");
    const twice = [
      "--granularity",
      "lines",
      "--granularity",
      "files",
      "--format",
      "json",
      "--format",
      "text",
    ];
    expect(inquest(["pprof", "top", heap, ...twice]).stdout).toBe(
      inquest(["pprof", "top", heap, "--granularity", "files"]).stdout,
    );
    expect(inquest(["pprof", "list", "-", heap]).stderr).toContain("no function matches -\n");
    const folded = inquest(["pprof", "flame", heap]).stdout;
    expect(inquest(["pprof", "flame", heap, "--output", "-"]).stdout).toBe(folded);
    expect(inquest(["pprof", "merge", heap, "--output", "-"]).stdout).toContain("main.allocate");
  });

  it.each([
    ["--nodecount needs a whole number", "top", "--nodecount", "many"],
    ["--nodecount needs a whole number", "goroutines", "--nodecount", "-1"],
    ["--nodefraction needs a number from 0 to 1", "tree", "--nodefraction", "1e999"],
    ["--nodefraction needs a number from 0 to 1", "flame", "--nodefraction", "half"],
    ["--edgefraction needs a number from 0 to 1", "top", "--edgefraction", "-1"],
    ['there are: "folded", "json", "svg", "html"', "flame", "--format", "text"],
    ["there is no option --base", "series", "--base", "heap.pb.gz"],
    ["nowhere: no such folder", "list", "main", "--source-path", "nowhere"],
    [
      "a diff needs profiles that measure the same",
      "diff",
      join(import.meta.dirname, "../fixtures/pprof/cpu.pb.gz"),
    ],
  ])("refuses what it can't do: %s", (message, ...args) => {
    const heap = join(import.meta.dirname, "../fixtures/pprof/heap.pb.gz");
    const refused = inquest(["pprof", ...args, heap]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain(message);
  });

  it("tells damage of gzip where all of the profile is there", () => {
    const heap = readFileSync(join(import.meta.dirname, "../fixtures/pprof/heap.pb.gz"));
    writeFileSync(join(home, "cut.pb.gz"), heap.subarray(0, -8));
    const { status, stderr } = inquest(["pprof", "top", "cut.pb.gz"]);
    expect(status).toBe(0);
    expect(stderr).toContain("inquest: cut.pb.gz: in part: the gzip stream ends before its end");
  });

  it("looks for no source whose path is longer than paths are", () => {
    const profile = {
      sampleType: [{ type: 1, unit: 2 }],
      sample: [{ locationId: [1], value: [1] }],
      location: [{ id: 1, line: [{ functionId: 1, line: 1 }] }],
      function: [{ id: 1, name: 3, filename: 4 }],
      stringTable: ["", "cpu", "count", "main", "a/".repeat(300_000)],
    };
    writeFileSync(join(home, "deep.pb"), encode(profile));
    expect(inquest(["pprof", "list", "main", "deep.pb", "--source-path", "."])).toMatchObject({ status: 0 });
  });

  it("shows profiles in any form, and names those that it doesn't read", () => {
    const forms = join(import.meta.dirname, "../fixtures/pprof/forms");
    for (const name of ["heap", "mutex"]) {
      const golden = readFileSync(join(forms, `${name}.top`), "utf8");
      expect(inquest(["pprof", "top", join(forms, `${name}.txt`)]).stdout).toBe(golden);
    }
    expect(inquest(["pprof", "top", join(forms, "gperftools-cpu.prof")]).stdout).toContain("[native]");
    writeFileSync(join(home, "threadz.txt"), "--- threadz 1 ---\n");
    const refused = inquest(["pprof", "top", "threadz.txt"]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("(threadz): not a form that is read");
    expect(json(["threadz.txt", join(forms, "heap.txt")]).artifacts).toMatchObject([
      { path: "heap.txt", status: "read" },
      { path: "threadz.txt", status: "unread" },
    ]);
  });
});
