import { InquestError } from "../bytes/index.ts";
import type { Rule } from "../rules/index.ts";
import { nearest } from "./nearest.ts";

/** Ids that the message names. */
const NAMED = 5;

/** That there is no rule of an id, with those that may have been meant: people leave the area out, or know a part of the name. */
export function unknownRule(id: string, rules: readonly Rule[]): InquestError {
  const name = id.slice(id.lastIndexOf("/") + 1).toLowerCase();
  const ids = rules.map((rule) => rule.id);
  const alike = name === "" ? [] : ids.filter((known) => known.includes(name));
  const exact = alike.filter((known) => known.endsWith(`/${name}`));
  const near = alike.length > 0 ? undefined : nearest(id.toLowerCase(), ids);
  const meant = near !== undefined ? [near] : exact.length > 0 ? exact : alike.slice(0, NAMED);
  const hint = meant.length > 0 ? `; there is ${meant.join(", ")}` : "; inquest rules lists them all";
  return new InquestError("misuse", `there is no rule ${id}${hint}`);
}
