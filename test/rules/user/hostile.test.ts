import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RulesError, parseRules, textSearch } from "../../../src/rules/index.ts";
import { compilePattern } from "../../../src/rules/user/pattern.ts";
import { SICK, errorOf, judge, messageOf, withTest } from "./rule-text.ts";

/** As long as a file may be. */
const N = 262_144;

describe("a hostile rule file", () => {
  it.each([
    ["brackets", "[".repeat(N), "nested too deep"],
    ["braces", "{a: ".repeat(N / 4), "nested too deep"],
    ["dashes", "- ".repeat(N / 2), "nested too deep"],
    ["question marks", "? ".repeat(N / 2), "nested too deep"],
    ["colons", ": ".repeat(N / 2), "nested too deep"],
    [
      "ever deeper keys",
      Array.from({ length: 600 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      "nested too deep",
    ],
    ["commas", `[${",".repeat(N - 1)}`, "not YAML"],
    ["quotes", '"'.repeat(N), "not YAML"],
    ["keys", Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n"), "there is no key"],
    ["documents", "---\n".repeat(N / 4), "one document"],
    ["many rules", `rules:\n${"- 5\n".repeat(N / 5)}`, "1 to 200 entries"],
    ["a billion laughs", `a: &a [x,x]\nb: &b [*a,*a]\n`, "anchors are not taken"],
    ["a long line", `rules: ${"x".repeat(N - 10)}`, "this must be a list"],
    ["too much", " ".repeat(N + 1), "at most 262144 are taken"],
    ["control characters", "\u0000\u0001\u0002", "rules.yaml"],
  ])("of %s is refused at once", (_, text, message) => {
    expect(messageOf(text)).toContain(message);
  });

  it("never throws anything but what is wrong with it", () => {
    const good = withTest("sysctl: { key: vm.swappiness, is: { above: 50 } }\nholds: strong");
    const piece = fc.constantFrom(
      "",
      "\n",
      "  ",
      "- ",
      ": ",
      "{",
      "}",
      "[",
      "]",
      "'",
      '"',
      "|",
      ">",
      "#",
      "a",
      "\t",
      "\r\n",
      "?",
      "!x",
      "&x",
      "*x",
      "%",
      "---\n",
      "\u0000",
      "\u001f",
    );
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(8), fc.array(piece, { maxLength: 4 }), (at, cut, pieces) => {
        const error = errorOf(`${good.slice(0, at)}${pieces.join("")}${good.slice(at + cut)}`);
        expect(error === undefined || error instanceof RulesError).toBe(true);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(errorOf(text)).toBeInstanceOf(RulesError);
      }),
    );
  });

  it.each(["(a+)+$", "(a|a)*b", "(.*.*.*.*)*x", "(a|aa|aaa)*c", "^(([a-z])+.)+[A-Z]([a-z])+$"])(
    "has expressions such as %s, which take no longer than others",
    (expression) => {
      const search = textSearch({ matches: expression });
      const started = performance.now();
      search.match("a".repeat(16_384));
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );

  it("refuses expressions that grow", () => {
    for (const expression of ["((a{30}){30}){30}", "(((x{9}){9}){9}){9}", "\\pL{1000}", "(\\pL{100}){10}"]) {
      const pattern = compilePattern(expression);
      expect("wrong" in pattern || pattern.test("a")).toBeDefined();
    }
    expect(compilePattern("a{1001}")).toHaveProperty("wrong");
    expect(compilePattern("(a{100}){11}")).toHaveProperty("wrong");
  });

  it("gives names such as __proto__ no meaning", async () => {
    const text = `rules:${SICK.replace("SICK", "x").replace("contains: x", "matches: '(?P<__proto__>x)', each: __proto__")}`;
    const { findings } = await judge(text, { "node-a/app.log": "x\n" });
    expect(findings).toMatchObject([{ subject: { kind: "__proto__", name: "x" } }]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    const { examples } = parseRules(
      `rules:${SICK}tests:\n  - { name: n, files: { __proto__: x }, expect: { own/sick: silent } }\n`,
    );
    expect(Object.keys(examples[0]?.files ?? {})).toEqual(["__proto__"]);
  });
});
