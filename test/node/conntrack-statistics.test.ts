import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/bytes/index.ts";
import { conntrackFormat, parseConntrackStatistics } from "../../src/node/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const recognise = (text: string, path = "x") => conntrackFormat.recognise(bytes(text), path);
const value = (text: string, name: string) => parseConntrackStatistics(text).counters.get(name)?.value;

/** conntrack-tools 1.4.4, Linux 4.19. */
const OLD = `cpu=0   \tfound=770 invalid=3856 ignore=42570125 insert=0 insert_failed=12 drop=12 early_drop=0 error=0 search_restart=746284 
cpu=1   \tfound=784 invalid=3647 ignore=41988392 insert=0 insert_failed=30 drop=30 early_drop=0 error=4 search_restart=718963 
`;
/** conntrack-tools 1.4.7, Linux 6.1. */
const NEW = `cpu=0   \tfound=0 invalid=2 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 clash_resolve=3 chaintoolong=0 
cpu=1   \tfound=0 invalid=0 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 clash_resolve=1 chaintoolong=0 
`;
/** Linux 3.10 to 5.8, and Linux 6.18. */
const HEX_OLD = `entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
00000b1c  0000bebe 00000010 00000000 00000fa0 00000a00 00000000 00000000 00000000 0000001f 0000001f 00000000 00000002  00000000 00000000 00000000 00000a11
00000b1c  0000bebe 00000004 00000000 00000fa0 00000a00 00000000 00000000 00000000 00000001 00000001 00000000 00000000  00000000 00000000 00000000 00000a11
`;
const HEX_NEW = `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
0000000a  00000007 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000005 00000000 00000000 00000000  00000000 00000000 00000000 00000000
`;

describe("conntrack -S", () => {
  it("sums each counter over the CPUs, and cites the CPU with the most", () => {
    const { counters, cpus, diagnostics } = parseConntrackStatistics(OLD);
    expect(cpus).toBe(2);
    expect(diagnostics).toEqual([]);
    expect(counters.get("insert_failed")).toEqual({
      value: 42,
      text: "insert_failed=42 on 2 CPUs, 30 of them on cpu=1",
      line: 2,
    });
    expect(counters.get("search_restart")?.value).toBe(1465247);
    expect(counters.has("clash_resolve")).toBe(false);
    expect(value(NEW, "clash_resolve")).toBe(4);
    expect(value(NEW, "insert_failed")).toBe(0);
  });

  it("reads the kernel's own table by the same names", () => {
    const { counters, entries } = parseConntrackStatistics(HEX_OLD);
    expect(entries).toEqual({ value: 2844, text: "entries = 2844", line: 2 });
    expect(counters.get("insert_failed")).toMatchObject({ value: 32, line: 2 });
    expect(counters.get("error")?.value).toBe(2);
    expect(counters.has("new")).toBe(false);
    expect(value(HEX_NEW, "clash_resolve")).toBe(7);
    expect(value(HEX_NEW, "insert_failed")).toBe(5);
    expect(value(HEX_NEW, "chaintoolong")).toBe(0);
  });

  it("passes over what stands around it", () => {
    const text = `*** Output of conntrack -S ***\n${OLD}*** Output of conntrack -L ***\ntcp 6 118 SYN_SENT src=10.0.0.1\n`;
    expect(value(text, "insert_failed")).toBe(42);
    expect(parseConntrackStatistics(text).counters.get("insert_failed")?.line).toBe(3);
    expect(recognise(text)).toBe(true);
  });

  it("doesn't know the sum of what a cut line lacks", () => {
    const cut = OLD.slice(0, OLD.lastIndexOf("30 drop") + 1);
    const { counters, diagnostics } = parseConntrackStatistics(cut);
    expect(counters.has("insert_failed")).toBe(false);
    expect(counters.get("found")?.value).toBe(1554);
    expect(diagnostics[0]).toMatchObject({ effect: "partial", code: "uneven-lines", line: 2 });
  });

  it("never tells a sum that the whole text does not, of a cut one with as many CPUs", () => {
    for (const text of [OLD, NEW, HEX_OLD, HEX_NEW]) {
      const whole = parseConntrackStatistics(text);
      fc.assert(
        fc.property(fc.nat(text.length), (at) => {
          const cut = parseConntrackStatistics(text.slice(0, at));
          if (cut.cpus !== whole.cpus) return;
          for (const [name, fact] of cut.counters)
            expect(fact.value, name).toBe(whole.counters.get(name)?.value);
        }),
      );
    }
  });

  it("is recognised by its lines", () => {
    for (const text of [OLD, NEW, HEX_OLD, HEX_NEW]) expect(recognise(text)).toBe(true);
    expect(recognise("cpu=0 load=3\n")).toBe(false);
    expect(recognise("tcp 6 118 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED]\n")).toBe(
      false,
    );
  });

  it.each([
    "bash: conntrack: command not found\n",
    "conntrack v1.4.6 (conntrack-tools): Operation failed: Operation not permitted\n",
    "conntrack v1.4.7 (conntrack-tools): unknown option `--S'\nTry `conntrack -h' or 'conntrack --help' for more information.\n",
  ])("takes %j for a command that failed", async (text) => {
    expect(recognise(text, "node-a/conntrack-S.txt")).toBe(true);
    expect(recognise(text, "node-a/notes.txt")).toBe(false);
    const { counters, diagnostics } = await conntrackFormat.decode(sourceOf(bytes(text)), "conntrack-S.txt");
    expect(counters.size).toBe(0);
    expect(diagnostics).toEqual([
      { effect: "unread", code: "command-failed", message: `the command failed: ${text.split("\n")[0]}` },
    ]);
  });
});
