import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Fix } from "../../../src/rules/index.ts";
import {
  COMPONENTS,
  FIXES,
  hasDefect,
  parseBuiltVersion,
  rangeText,
  RULES,
} from "../../../src/rules/index.ts";

const numbersOf = (version: string) => parseBuiltVersion(version)?.numbers ?? [];
const lineOf = (version: string) => numbersOf(version).slice(0, 2).join(".");
const order = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

describe("the table of fixes", () => {
  it("has one row an id, which begins with the component", () => {
    expect(new Set(FIXES.map(({ id }) => id)).size).toBe(FIXES.length);
    for (const { id, component } of FIXES) expect(id).toMatch(new RegExp(`^${component}/[a-z0-9-]+$`));
  });

  it.each(FIXES.map((fix) => [fix.id, fix] as const))(
    "%s has bounds in order, one a line of releases",
    (_, fix) => {
      const { from, fixedIn = [] } = fix.affected;
      expect(fixedIn.length).toBeGreaterThan(0);
      expect([...fixedIn].sort(order)).toEqual(fixedIn);
      expect(new Set(fixedIn.map(lineOf)).size).toBe(fixedIn.length);
      const [first = ""] = fixedIn;
      expect(order(from ?? "0", first)).toBeLessThan(0);
      for (const bound of [from, ...fixedIn]) {
        if (bound === undefined) continue;
        expect(parseBuiltVersion(bound)).toMatchObject({ isOthers: false });
        if (fix.component === "linux") continue;
        expect(numbersOf(bound).length).toBeGreaterThanOrEqual(COMPONENTS[fix.component].parts);
      }
    },
  );

  it.each(FIXES.map((fix) => [fix.id, fix] as const))(
    "%s is mended where it says so, and not at its start",
    (_, fix) => {
      const { from, fixedIn = [] } = fix.affected;
      for (const bound of fixedIn) expect(hasDefect(fix, bound), bound).toBe(false);
      expect(hasDefect(fix, from ?? (fix.component === "linux" ? "2.6.0" : "0.0.0.1"))).toBe(
        isUnlisted(fix) ? undefined : true,
      );
    },
  );

  it.each(FIXES.map((fix) => [fix.id, fix] as const))(
    "%s has references that can be opened, and words",
    (_, fix) => {
      expect(fix.references.length).toBeGreaterThan(0);
      for (const url of fix.references) expect(new URL(url).protocol).toBe("https:");
      for (const text of [fix.upgrade, ...fix.workaround]) expect(text).toMatch(/^\S[^]*\S$/);
      expect(fix.defect).not.toMatch(/\.$/);
      expect(rangeText(fix)).not.toBe("");
      const { written = "0001-01-01", merged = "0001-01-01" } = ("landed" in fix && fix.landed) || {};
      expect(Date.parse(written)).toBeLessThanOrEqual(Date.parse(merged));
    },
  );

  it("is used by rules, which advise what it says and refer to what it refers to", () => {
    const used = new Set<Fix>(RULES.flatMap(({ fixes }) => fixes ?? []));
    expect(FIXES.filter((fix) => !used.has(fix)).map(({ id }) => id)).toEqual([]);
    for (const { id, fixes = [], remedy, references } of RULES) {
      if (BY_STACK.has(id)) continue;
      for (const fix of fixes) {
        expect(
          [...remedy].some((text) => [fix.upgrade, ...fix.workaround].includes(text)),
          id,
        ).toBe(true);
        for (const url of fix.references) expect(references, id).toContain(url);
      }
    }
  });

  it("stands on the pages of the rules that use it", () => {
    for (const { id, fixes = [] } of RULES)
      for (const fix of fixes)
        expect(readFileSync(`docs/rules/${id}.md`, "utf8"), id).toContain(`[${fix.id}](../../fixes.md#`);
  });

  it("names every vendor by builds of its own", () => {
    for (const fix of FIXES) {
      if (fix.component !== "linux") continue;
      for (const [, builds] of fix.affected.vendors ?? [])
        for (const build of builds) expect(build).toMatch(/^\d+\.\d+\.\d+-\d+/);
    }
  });
});

/** They advise by the stack that was found, and refer to what is known of that. */
const BY_STACK = new Set(["go/goroutine-leak", "node/soft-lockup", "node/rcu-stall"]);
const isUnlisted = (fix: Fix) => fix.component === "linux" && fix.affected.backports === "unlisted";
