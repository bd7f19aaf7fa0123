import type { HostEvidence } from "../evidence/index.ts";
import { isClockUnkept } from "../evidence/index.ts";
import type { Answer } from "./engine/index.ts";

/**
 * An answer that compares times of a host's capture with times of the cluster's objects, both of which are UTC's: worth little where nothing
 * keeps the host's clock right.
 */
export function byClock(host: HostEvidence, answer: Answer): Answer {
  const unkept = isClockUnkept(host);
  if (answer.is === "cant-tell" || !unkept) return answer;
  const text = `nothing keeps the clock right that the capture's times are of: ${unkept.text}`;
  return { ...answer, cites: [...answer.cites, { ...unkept, text }], atMost: "weak" };
}
