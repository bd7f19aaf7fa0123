import { describe, expect, it } from "vitest";
import { InquestError } from "../../../src/bytes/index.ts";
import { RULES, RulesError, parseRules } from "../../../src/rules/index.ts";
import { SICK, errorOf, messageOf, withTest } from "./rule-text.ts";

/** One message: the place, what is wrong, the line, and a mark below the column. */
const at = (line: number, column: number, message: string, quoted: string): string =>
  `rules.yaml:${line}:${column}: ${message}\n  ${line} | ${quoted}\n${" ".repeat(String(line).length + 3)}| ${" ".repeat(column - 1)}^`;

const cause = (lines: string) => `rules:${SICK}  - cause: own/why
    title: t
    description: d
${lines}`;

describe("a rule file", () => {
  it("gives rules of the same kinds as code does", () => {
    const { rules, examples } = parseRules(withTest("sysctl: { key: vm.swappiness, is: 60 }\nholds: weak"));
    expect(rules.map(({ kind, id }) => [kind, id])).toEqual([
      ["symptom", "own/sick"],
      ["cause", "own/why"],
    ]);
    expect(examples).toEqual([]);
    const [symptom, why] = rules;
    expect(why?.kind === "cause" && why.explains).toEqual([symptom]);
  });

  it("may have causes before the symptoms that they explain, and of inquest's", () => {
    const { rules } = parseRules(
      `rules:
  - cause: own/why
    title: t
    description: d
    explains: [own/sick, tcp/syn-unanswered]
    tests:
      - { statement: s, sysctl: { key: vm.swappiness, is: 60 }, holds: weak }${SICK}`,
      { known: RULES },
    );
    expect(rules[0]?.kind === "cause" && rules[0].explains.map(({ id }) => id)).toEqual([
      "own/sick",
      "tcp/syn-unanswered",
    ]);
  });

  it.each([
    ["rules: 5", at(1, 8, "this must be a list, each a rule, and is 5", "rules: 5")],
    ["rules: []", at(1, 8, "this list must have 1 to 200 entries", "rules: []")],
    ["rules:", at(1, 7, "this must be a list, each a rule, and nothing is there", "rules:")],
    ["", "rules.yaml: the file is empty; it needs rules"],
    ["# nothing\n", "rules.yaml: the file is empty; it needs rules"],
    ["- a", at(1, 1, "this must be a file of rules, and is a list", "- a")],
    [
      "rulez: []",
      `${at(1, 1, 'there is no key "rulez" here; there are: rules, $schema, tests', "rulez: []")}\n${at(1, 1, 'a file of rules needs the key "rules"', "rulez: []")}`,
    ],
    [
      "rules:\n  - rule: own/a",
      at(2, 5, "a rule has none of the keys symptom, cause, audit", "  - rule: own/a"),
    ],
    [
      "rules:\n  - {symptom: a/b, cause: a/b}",
      at(
        2,
        5,
        "a rule can't have both of symptom and cause; it takes one of the keys symptom, cause, audit",
        "  - {symptom: a/b, cause: a/b}",
      ),
    ],
    [
      `rules:${SICK.replace("own/sick", "Sick")}`,
      at(
        2,
        14,
        'this must be an id of an area and a name, such as shop/slow-payments, and is "Sick"',
        "  - symptom: Sick",
      ),
    ],
    [`rules:${SICK}${SICK}`, at(7, 14, "there are two rules own/sick in this file", "  - symptom: own/sick")],
    [
      `rules:${SICK.replace("own/sick", "tcp/syn-unanswered")}`,
      at(
        2,
        14,
        "there is a rule tcp/syn-unanswered already: choose another id",
        "  - symptom: tcp/syn-unanswered",
      ),
    ],
    [`rules:${SICK}    title: again\n`, at(6, 5, 'the key "title" stands here twice', "    title: again")],
    [
      `rules:${SICK}    __proto__: {}\n`,
      at(
        6,
        5,
        'there is no key "__proto__" here; there are: symptom, title, description, when, summary, remedy, references',
        "    __proto__: {}",
      ),
    ],
    [
      `rules:${SICK}    <<: { remedy: [x] }\n`,
      at(
        6,
        5,
        'there is no key "<<" here; there are: symptom, title, description, when, summary, remedy, references',
        "    <<: { remedy: [x] }",
      ),
    ],
    [
      `rules:${SICK}    remedy: do it\n`,
      at(6, 13, 'this must be a list, each a text, and is "do it"', "    remedy: do it"),
    ],
    [
      `rules:${SICK}    summary: "seen {cuont} times"\n`,
      at(6, 14, "there is no {cuont} here; there are: {count}, {host}", '    summary: "seen {cuont} times"'),
    ],
    [
      cause("    explains: [own/sik]\n    tests: [{ statement: s, kernel: { from: '5.4' }, holds: weak }]"),
      at(9, 16, "there is no symptom own/sik", "    explains: [own/sik]"),
    ],
    [
      cause(
        "    explains: [tcp/tw-recycle-nat]\n    tests: [{ statement: s, kernel: { from: '5.4' }, holds: weak }]",
      ),
      at(
        9,
        16,
        "tcp/tw-recycle-nat is a cause: only symptoms are explained",
        "    explains: [tcp/tw-recycle-nat]",
      ),
    ],
    [
      cause("    explains: [own/sick]\n    tests: []"),
      at(10, 12, "this list must have 1 to 50 entries", "    tests: []"),
    ],
    [
      cause("    explains: [own/sick]\n    tests: [{ statement: s, holds: weak }]"),
      at(
        10,
        13,
        "a test has none of the keys text, value, version, image, kernel, fix, sysctl, counter, conntrack, object",
        "    tests: [{ statement: s, holds: weak }]",
      ),
    ],
    ["a: &x 1", at(1, 4, "anchors are not taken: write it out", "a: &x 1")],
    ["a: *x", at(1, 4, "aliases are not taken: write it out, or quote a text that begins with *", "a: *x")],
    ["a: !!binary 1", at(1, 4, "tags are not taken: quote a text that begins with !", "a: !!binary 1")],
    [
      "%YAML 1.1\n---\na: yes",
      at(1, 1, "directives are not taken: quote a text that begins with %", "%YAML 1.1"),
    ],
    ["a: 1\n---\nb: 2", at(2, 1, "a file of rules is one document", "---")],
    ["rules:\n\t- a", at(2, 1, "not YAML: Tabs are not allowed as indentation", " - a").replace("\t", " ")],
    ['rules: "a', at(1, 10, 'not YAML: Missing closing "quote', 'rules: "a')],
    [
      `rules:${SICK}tests:\n  - { name: n, files: { a: b }, expect: { own/sik: silent } }`,
      at(7, 43, "there is no rule own/sik", "  - { name: n, files: { a: b }, expect: { own/sik: silent } }"),
    ],
    [
      `rules:${SICK}tests:\n  - { name: n, expect: { own/sick: silent } }`,
      at(
        7,
        5,
        "a test of rules needs one of the keys files and bundle",
        "  - { name: n, expect: { own/sick: silent } }",
      ),
    ],
    [
      `rules:${SICK}tests:\n  - { name: n, files: { /etc/passwd: b }, expect: { own/sick: sure } }`,
      `${at(7, 25, '"/etc/passwd" is not a path', "  - { name: n, files: { /etc/passwd: b }, expect: { own/sick: sure } }")}\n${at(7, 63, 'this must be one of confirmed, likely, possible, ruled-out, silent, and is "sure"', "  - { name: n, files: { /etc/passwd: b }, expect: { own/sick: sure } }")}`,
    ],
  ])("with %j says what is wrong, and where", (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  it.each([
    ["text: { contains: a, matches: b }\nholds: weak", "a search needs one of the keys contains and matches"],
    ["text: {}\nholds: weak", "a search needs one of the keys contains and matches"],
    ["text: { contains: '' }\nholds: weak", 'this must be a text, and is ""'],
    [
      "text: { matches: 'a(' }\nholds: weak",
      "no regular expression of RE2's syntax: error parsing regexp: missing closing ): `a(`",
    ],
    [
      "text: { matches: '(a)\\1' }\nholds: weak",
      "no regular expression of RE2's syntax: error parsing regexp: invalid escape sequence: `\\1`",
    ],
    ["text: { matches: '(?=a)' }\nholds: weak", "no regular expression of RE2's syntax:"],
    ["text: { matches: '((a{100}){100}){100}' }\nholds: weak", "invalid repeat count: `{100}`"],
    ["text: { matches: a, each: pod }\nholds: weak", "the expression makes no field pod: (?P<pod>…)"],
    [
      "text: { contains: a, kinds: [kernel-logs] }\nholds: weak",
      "there is no kind kernel-logs of artifacts; there are: ",
    ],
    ["text: { contains: a, atLeast: 0 }\nholds: weak", "this must be a whole number from 1, and is 0"],
    [
      "text: { contains: a }\nfails: strong",
      "a text that isn't found says nothing; with notFound: fails it does",
    ],
    [
      "value: { matches: '(\\d+)', is: 5 }\nholds: weak",
      "the expression must make the field value: (?P<value>…)",
    ],
    [
      "version: { matches: 'v(?P<v>.*)', from: '1' }\nholds: weak",
      "the expression must make the field version: (?P<version>…)",
    ],
    ["version: { matches: '(?P<version>.*)', from: new }\nholds: weak", "this is no version, such as 1.20.4"],
    [
      "sysctl: { key: swappiness, is: 5 }\nholds: weak",
      'this must be a key such as net.ipv4.tcp_tw_recycle, and is "swappiness"',
    ],
    [
      "sysctl: { key: vm.swappiness, is: {} }\nholds: weak",
      "a comparison needs one of the keys equals, not, in, above, below, atLeast, atMost, matches",
    ],
    [
      "sysctl: { key: vm.swappiness, is: { above: many } }\nholds: weak",
      'this must be a number, and is "many"',
    ],
    ["sysctl: { key: vm.swappiness, is: [1] }\nholds: weak", "and is a list"],
    [
      "sysctl: { key: vm.swappiness, is: 60 }\nholds: decisive",
      "a setting or a version alone decides nothing: it is strong at most",
    ],
    [
      "sysctl: { key: vm.swappiness, is: 60 }\naxis: state\nholds: weak",
      "such a test lies on the axis config",
    ],
    [
      "sysctl: { key: vm.swappiness, is: 60 }",
      "a test needs one of the keys holds and fails, or it tells nothing",
    ],
    [
      "counter: { name: ListenDrops, is: { above: 0 } }\nholds: strong",
      "a total since boot says little of now: it is weak at most, or growth: true looks at what it grew by",
    ],
    ["kernel: {}\nholds: weak", "a range of kernels needs one of the keys from, fixedIn and vendors"],
    [
      "kernel: { vendors: { EL7: 3.10.0-1062 } }\nholds: weak",
      '"EL7" is not a part of a kernel\'s release, such as el7 or azure',
    ],
    [
      "object: { kind: Pod, path: spec.x }\nholds: weak",
      "a field of objects needs one of the keys is and exists",
    ],
    [
      "object: { kind: pods, path: spec.x, exists: true }\nholds: weak",
      'this must be a kind such as Deployment, and is "pods"',
    ],
    [
      "object: { kind: Pod, path: 'a..b', exists: true }\nholds: weak",
      "this must be a path such as spec.containers[*].image",
    ],
    [
      "object: { kind: Pod, path: spec.x, exists: true }\nholds: decisive",
      "a setting or a version alone decides nothing: it is strong at most",
    ],
    ["kernel: { from: '5.4' }\nholds: much", 'this must be one of decisive, strong, weak, and is "much"'],
    [
      "kernel: { from: '5.4' }\nholds: weak\nask: { text: t }",
      'a request for an artifact needs the key "command"',
    ],
  ])("with the test %j says what is wrong", (test, message) => {
    const told = messageOf(withTest(test));
    expect(told).toContain(message);
    expect(told).toMatch(/^rules\.yaml:1\d:\d+: /);
  });

  it.each([
    [
      "counter: { name: ListenDrops, is: { above: 0 } }",
      "a total since boot is no symptom: growth: true looks at what it grew by",
    ],
    [
      "object: { kind: Pod, path: spec.hostNetwork, is: true }",
      "a symptom is a status: what else stands in an object is for an audit, or for a test of a cause",
    ],
    [
      "sysctl: { key: vm.swappiness, is: 60 }",
      "what is seen has none of the keys text, value, counter, conntrack, object",
    ],
  ])("takes no setting for a symptom: %s", (when, message) => {
    const told = messageOf(
      `rules:\n  - symptom: own/x\n    title: t\n    description: d\n    when: { ${when} }\n`,
    );
    expect(told).toContain(message);
  });

  it("throws an error with code, path and places, names twenty problems at most and quotes long lines in part", () => {
    const text = `rules:\n${"  - 5\n".repeat(30)}`;
    const error = errorOf(text, "my.yaml");
    expect(error).toBeInstanceOf(RulesError);
    expect(error).toBeInstanceOf(InquestError);
    const { code, path, problems, message } = error as RulesError;
    expect({ code, path }).toEqual({ code: "misuse", path: "my.yaml" });
    expect(problems).toHaveLength(20);
    expect(problems[3]).toMatchObject({ line: 5, column: 5 });
    expect(message).toMatch(/\nand 10 more$/);
    const long = messageOf(`rules: [${"x, ".repeat(300)}y z]`);
    expect(Math.max(...long.split("\n").map((line) => line.length))).toBeLessThan(140);
  });

  it("counts lines and columns alike with CRLF and a byte-order mark", () => {
    expect(messageOf("rules:\r\n  - 5\r\n")).toBe(at(2, 5, "this must be a rule, and is 5", "  - 5"));
    expect(messageOf("\uFEFFrules: 5")).toContain("rules.yaml:1:8: ");
  });
});
