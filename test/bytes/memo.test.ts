import { expect, it } from "vitest";
import { memo } from "../../src/bytes/index.ts";

it("works an answer out once for each object, also where it is undefined", () => {
  const asked: object[] = [];
  const nothing = memo((about: object) => void asked.push(about));
  const [one, other] = [{}, {}];
  expect([nothing(one), nothing(other), nothing(one)]).toEqual([undefined, undefined, undefined]);
  expect(asked).toEqual([one, other]);
});
