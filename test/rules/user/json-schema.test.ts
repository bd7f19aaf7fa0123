import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { RULES, parseRules, rulesJsonSchema } from "../../../src/rules/index.ts";
import type { Schema } from "../../../src/rules/user/shape.ts";
import { withTest } from "./rule-text.ts";

const schema = rulesJsonSchema();
const DEFS = schema["$defs"] as Readonly<Record<string, Schema>>;

/** Whether a value is valid by those keywords of JSON Schema that the schema uses; any other throws. */
function isValid(value: unknown, by: Schema): boolean {
  return Object.entries(by).every(([keyword, of]) => {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    const members = isMap ? Object.entries(value) : [];
    switch (keyword) {
      case "$schema":
      case "$defs":
      case "title":
      case "description":
        return true;
      case "$ref":
        return isValid(value, DEFS[String(of).replace("#/$defs/", "")] ?? {});
      case "type":
        return [of].flat().some((type) => isOfType(value, String(type)));
      case "enum":
        return (of as unknown[]).includes(value);
      case "pattern":
        return typeof value !== "string" || new RegExp(String(of)).test(value);
      case "minLength":
        return typeof value !== "string" || value.length >= Number(of);
      case "maxLength":
        return typeof value !== "string" || value.length <= Number(of);
      case "minimum":
        return typeof value !== "number" || value >= Number(of);
      case "minItems":
        return !Array.isArray(value) || value.length >= Number(of);
      case "maxItems":
        return !Array.isArray(value) || value.length <= Number(of);
      case "items":
        return !Array.isArray(value) || value.every((each) => isValid(each, of as Schema));
      case "required":
        return !isMap || (of as string[]).every((key) => Object.hasOwn(value, key));
      case "minProperties":
        return members.length >= Number(of) || !isMap;
      case "properties":
        return members.every(([key, member]) => isValid(member, (of as Record<string, Schema>)[key] ?? {}));
      case "propertyNames":
        return members.every(([key]) => isValid(key, of as Schema));
      case "additionalProperties": {
        const known = Object.keys((by["properties"] as object | undefined) ?? {});
        const others = members.filter(([key]) => !known.includes(key));
        return of === false
          ? others.length === 0
          : others.every(([, member]) => isValid(member, of as Schema));
      }
      case "oneOf":
        return (of as Schema[]).filter((one) => isValid(value, one)).length === 1;
      case "anyOf":
        return (of as Schema[]).some((one) => isValid(value, one));
      default:
        throw new Error(`the keyword ${keyword} is not known here`);
    }
  });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function isTaken(text: string): boolean {
  try {
    parseRules(text, { known: RULES });
    return true;
  } catch {
    return false;
  }
}

const EXAMPLES = [
  readFileSync("samples/user-rules/till.yaml", "utf8"),
  withTest(
    'kernel: { from: "4.0", vendors: { el7: [3.10.0-1062], azure: 5.4.0-1020 }, backports: never }\nholds: weak',
  ),
  withTest(
    "object: { kind: Pod, path: 'metadata.annotations[\"a.b/c\"]', exists: false }\naxis: identity\nholds: decisive",
  ),
  withTest(
    'image: { name: coredns, from: "1.7", fixedIn: ["1.8.1"] }\nholds: strong\nask: { text: t, command: c }',
  ),
  withTest("conntrack: { name: insert_failed, growth: true, is: { above: 0, below: 10 } }\nholds: strong"),
  withTest("value: { matches: '(?P<value>.)', is: { in: [1, a, true], not: b, matches: c } }\nholds: strong"),
];

describe("the JSON Schema of rule files", () => {
  it("is the one that is committed (npm run -s build && node scripts/rules-schema.mjs && npm run format)", () => {
    expect(JSON.parse(readFileSync("docs/rules.schema.json", "utf8"))).toEqual(schema);
  });

  it.each(EXAMPLES)("%#: takes what the reader takes", (text) => {
    expect(isTaken(text)).toBe(true);
    expect(isValid(parse(text), schema)).toBe(true);
  });

  it("takes all that the reader takes, whatever is changed, and no key that it doesn't know", () => {
    const change = fc.record({
      example: fc.nat(EXAMPLES.length - 1),
      at: fc.nat(60),
      to: fc.constantFrom<unknown>(
        "x",
        5,
        -1,
        true,
        null,
        [],
        {},
        ["x"],
        { x: 1 },
        "own/sick",
        "likely",
        "1.2",
      ),
      key: fc.option(fc.constantFrom("x", "title", "is", "holds")),
    });
    let taken = 0;
    fc.assert(
      fc.property(change, ({ example, at, to, key }) => {
        const document: unknown = parse(EXAMPLES[example] ?? "");
        const places = placesOf(document);
        const place = places[at % places.length];
        if (!place) return;
        if (key === null) place.set(to);
        else place.add(key, to);
        if (!isTaken(stringify(document))) return;
        taken++;
        expect(isValid(document, schema)).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(taken).toBeGreaterThan(10);
    const stranger: unknown = parse(EXAMPLES[0] ?? "");
    expect(isValid({ ...(stranger as object), more: 1 }, schema)).toBe(false);
  });
});

/** Every place of a document that can be given another value. */
function placesOf(value: unknown): { set: (to: unknown) => void; add: (key: string, to: unknown) => void }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    {
      set: (to: unknown) => void (holder[key] = to),
      add: (name: string, to: unknown) => void (holder[name] = to),
    },
    ...placesOf(holder[key]),
  ]);
}
