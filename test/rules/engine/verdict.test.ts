import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graded } from "../../../src/rules/engine/verdict.ts";
import { capped, verdictOf } from "../../../src/rules/engine/verdict.ts";

const RANK = { "ruled-out": 0, possible: 1, likely: 2, confirmed: 3 };
const graded = fc.record({
  axis: fc.constantFrom("config" as const, "version" as const, "traffic" as const, "state" as const),
  is: fc.constantFrom("holds" as const, "fails" as const),
  worth: fc.constantFrom("decisive" as const, "strong" as const, "weak" as const, undefined),
});
const answersAndOne = fc
  .array(graded, { minLength: 1, maxLength: 6 })
  .chain((answers) => fc.record({ answers: fc.constant(answers), at: fc.nat(answers.length - 1) }));

const strong = (axis: Graded["axis"], is: Graded["is"] = "holds"): Graded => ({ axis, is, worth: "strong" });

describe("verdict", () => {
  it("needs two independent axes to confirm", () => {
    expect(verdictOf(true, [strong("traffic"), strong("config")])).toBe("confirmed");
    expect(verdictOf(true, [strong("traffic"), strong("traffic")])).toBe("likely");
    expect(verdictOf(true, [{ axis: "traffic", is: "holds", worth: "decisive" }])).toBe("confirmed");
    expect(verdictOf(true, [])).toBe("possible");
  });

  it("is held down by what fails", () => {
    const holding = [strong("traffic"), strong("config")];
    expect(verdictOf(true, [...holding, strong("counter", "fails")])).toBe("possible");
    expect(verdictOf(true, [...holding, { axis: "version", is: "fails", worth: "decisive" }])).toBe(
      "ruled-out",
    );
  });

  it("is never more than possible without a symptom", () => {
    fc.assert(
      fc.property(fc.array(graded), (answers) => {
        expect(RANK[verdictOf(false, answers)]).toBeLessThanOrEqual(RANK.possible);
      }),
    );
  });

  it("never rises when a test that holds can't be told any more, never falls when one that fails can't", () => {
    fc.assert(
      fc.property(fc.boolean(), answersAndOne, (seen, { answers, at }) => {
        const before = RANK[verdictOf(seen, answers)];
        const after = RANK[verdictOf(seen, answers.toSpliced(at, 1))];
        const [lower, upper] = answers[at]?.is === "holds" ? [after, before] : [before, after];
        expect(lower).toBeLessThanOrEqual(upper);
      }),
      { numRuns: 2000 },
    );
  });

  it("caps a worth without giving one to what has none", () => {
    expect(capped("decisive", "weak")).toBe("weak");
    expect(capped("weak", "strong")).toBe("weak");
    expect(capped(undefined, "strong")).toBeUndefined();
    expect(capped("strong", undefined)).toBe("strong");
  });
});
