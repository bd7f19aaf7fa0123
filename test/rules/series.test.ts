import { describe, expect, it } from "vitest";
import { EXPECTED, filesOf, judged } from "../trust/samples.ts";
import { analyzeFiles, findingOf, verdictsOf } from "./case.ts";
import { AT_REST, NFS_READER, procFiles } from "./proc/tasks.ts";

type Files = Readonly<Record<string, string>>;

const STUCK = "proc/uninterruptible";
const { killed: _, ...READER } = NFS_READER;
const BLOCKED = { ...READER, nspid: [501], namespace: 4026531836 };
const FSYNC = { ...BLOCKED, stack: ["jbd2_log_wait_commit", "ext4_sync_file", "do_fsync"] };
const at = (minute: number, second = 0): string =>
  `2026-11-22T10:${String(minute).padStart(2, "0")}:${String(second).padStart(2, "0")}Z\n`;
const dated = (bundle: string, date: string, files: Files): Files => ({
  ...files,
  [`${bundle}/hostname`]: "node-a\n",
  [`${bundle}/date`]: date,
});
const tasks = (bundle: string, date: string, all: Parameters<typeof procFiles>[1]): Files =>
  dated(bundle, date, procFiles(bundle, all));
/** How often the task has run so far, as its status says. */
const withRuns = (files: Files, runs: number): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      path.endsWith("/status")
        ? `${text}voluntary_ctxt_switches:\t${runs}\nnonvoluntary_ctxt_switches:\t3\n`
        : text,
    ]),
  );

/** Every order of a few bundles. */
function orders<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((one) => orders(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}
const merged = (bundles: readonly Files[]): Files => Object.assign({}, ...bundles) as Files;

describe("a task in several takes", () => {
  it("that is at the same place in each is stuck, in whatever order the takes are given", async () => {
    const takes = [0, 1, 2].map((n) => tasks(`take-${n}.tar.gz`, at(n, n * 10), [BLOCKED, ...AT_REST]));
    for (const order of orders(takes)) {
      const finding = findingOf(await analyzeFiles(merged(order)), STUCK);
      expect(finding.summary).toContain("Each reading shows reader (501) at the same place.");
      expect(finding.evidence.map(({ text }) => text)).toContain(
        "reader (501) was at the same place in each of 3 readings, 140 s from the first to the last",
      );
    }
    expect(verdictsOf(await analyzeFiles(merged(takes.slice(0, 1))), STUCK)).toEqual([]);
  });

  it("that were copied is no surer than in one", async () => {
    const one = tasks("a", at(0), [BLOCKED, ...AT_REST]);
    const copy = tasks("b", at(0), [BLOCKED, ...AT_REST]);
    expect((await analyzeFiles({ ...one, ...copy })).findings).toEqual([]);
    const { "a/date": _a, ...undated } = one;
    const { "b/date": _b, ...again } = copy;
    expect((await analyzeFiles({ ...undated, ...again })).findings).toEqual([]);
  });

  it("that went on in between is not stuck, nor is another one of its number", async () => {
    const elsewhere = { ...BLOCKED, stack: ["do_nanosleep", "hrtimer_nanosleep"] };
    const moved = merged([tasks("a", at(0), [BLOCKED]), tasks("b", at(5), [elsewhere])]);
    expect((await analyzeFiles(moved)).findings).toEqual([]);
    const other = merged([tasks("a", at(0), [BLOCKED]), tasks("b", at(5), [{ ...BLOCKED, comm: "other" }])]);
    expect((await analyzeFiles(other)).findings).toEqual([]);
    const boot = (digit: number): string => `${digit}59619c0-ca40-4dc4-8542-339acd90c420\n`;
    const restarted = merged([
      { ...tasks("a", at(0), [BLOCKED]), "a/boot_id": boot(1) },
      { ...tasks("b", at(5), [BLOCKED]), "b/boot_id": boot(2) },
    ]);
    expect((await analyzeFiles(restarted)).findings).toEqual([]);
  });

  it("at a place where busy programs are is stuck only where it has not run in between", async () => {
    const takes = (runs: number, later: number): Files =>
      merged([withRuns(tasks("a", at(0), [FSYNC]), runs), withRuns(tasks("b", at(1), [FSYNC]), later)]);
    expect((await analyzeFiles(takes(70, 95))).findings).toEqual([]);
    const finding = findingOf(await analyzeFiles(takes(70, 70)), STUCK);
    expect(finding.evidence.map(({ text }) => text)).toContain(
      "reader (501) was at the same place in each of 2 readings, 60 s from the first to the last, and it has not run in between",
    );
  });
});

describe("the counters of sample syn-backlog-overflow", () => {
  const SAMPLE = "syn-backlog-overflow";
  const files = filesOf(SAMPLE);
  const own = (path: string): string => path.replace("bundle/node-q/", "");
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const first = (more: Readonly<Record<string, string>> = {}): Readonly<Record<string, Uint8Array>> => ({
    "monday/hostname": files["bundle/node-q/hostname"] ?? new Uint8Array(),
    "monday/netstat-s.txt": files["bundle/node-q/netstat-s.before.txt"] ?? new Uint8Array(),
    ...Object.fromEntries(Object.entries(more).map(([name, text]) => [`monday/${name}`, encode(text)])),
  });
  const second = (more: Readonly<Record<string, string>> = {}): Readonly<Record<string, Uint8Array>> => ({
    ...Object.fromEntries(
      Object.entries(files).flatMap(([path, body]) =>
        path.endsWith(".before.txt") ? [] : [[`friday/${own(path)}`, body] as const],
      ),
    ),
    ...Object.fromEntries(Object.entries(more).map(([name, text]) => [`friday/${name}`, encode(text)])),
  });

  it("in two bundles tell as much as in one, whichever is named first", async () => {
    const [a, b] = [first({ date: at(0) }), second({ date: at(9) })];
    expect(await judged({ ...a, ...b })).toEqual(EXPECTED[SAMPLE]);
    expect(await judged({ ...b, ...a })).toEqual(EXPECTED[SAMPLE]);
    // The counters themselves tell which was first.
    expect(await judged({ ...first(), ...second() })).toEqual(EXPECTED[SAMPLE]);
  });

  it("tell no more than those of one take where the other is a copy, or of before a restart", async () => {
    const alone = await judged(second());
    expect(await judged({ ...second(), ...copyOf(second(), "saturday") })).toEqual(alone);
    const boot = (digit: number): string => `${digit}59619c0-ca40-4dc4-8542-339acd90c420\n`;
    const restarted = {
      ...first({ date: at(0), boot_id: boot(1) }),
      ...second({ date: at(9), boot_id: boot(2) }),
    };
    expect(await judged(restarted)).toEqual(alone);
  });

  const copyOf = (
    bundle: Readonly<Record<string, Uint8Array>>,
    name: string,
  ): Readonly<Record<string, Uint8Array>> => ({
    [`${name}/netstat-s.txt`]: bundle["friday/netstat-s.txt"] ?? new Uint8Array(),
    [`${name}/hostname`]: bundle["friday/hostname"] ?? new Uint8Array(),
  });
});

describe("a healthy series", () => {
  it("is silent", async () => {
    const files = filesOf("healthy");
    const takes = ["a", "b"].map((bundle, i) =>
      Object.fromEntries([
        ...Object.entries(files).map(
          ([path, body]) => [path.replace("bundle/", `${bundle}/`), body] as const,
        ),
        [`${bundle}/date`, new TextEncoder().encode(at(i * 9))] as const,
      ]),
    );
    expect(await judged({ ...takes[0], ...takes[1] })).toEqual(EXPECTED["healthy"]);
  });
});
