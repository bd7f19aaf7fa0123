import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { orderOf, takesOf } from "../../evidence/index.ts";
import type { Pressure } from "../../node/index.ts";
import type { About, Test } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import type { RuntimeTrouble } from "../runtime/runtime-trouble.ts";
import { whoStands } from "../runtime/runtime-trouble.ts";

/** The node's own pressure; a control group's files are of its tasks only. */
const OF_NODE = /(?:^|\/)pressure\/(?:io|memory)(?:\.txt)?$/;

/** How much of the time all tasks of the node that had work were held up by a resource. */
export interface Stall {
  readonly share: Pressure["shares"][number];
  readonly cite: Cite;
}

/** The line `full` of the node's pressure of a resource, of several takes in the latest. */
export function stallOf(host: HostEvidence, resource: "io" | "memory"): Stall | undefined {
  const takes = takesOf(host);
  const all = [...host.models("pressure")].sort((a, b) => {
    const [one, other] = [takes.get(a.artifact)?.take, takes.get(b.artifact)?.take];
    return one && other ? (orderOf(other, one) ?? 0) : 0;
  });
  for (const { model, artifact } of all) {
    if (model.resource !== resource || !OF_NODE.test(artifact.path)) continue;
    const share = model.shares.find(({ of }) => of === "full");
    if (!share) continue;
    const text = `${resource}: ${share.text}`;
    return { share, cite: { artifact: artifact.path, text, where: { line: share.line } } };
  }
  return undefined;
}

/** Whether a trouble goes on, so that what the node shows now is of its time. */
export const isNow = (about: About<RuntimeTrouble>): boolean => whoStands(about) !== undefined;

/**
 * A test of the last five minutes: in how much of them nothing of the node could go on for want of a resource.
 *
 * @param much the share in percent from which it holds
 */
export function stallTest(resource: "io" | "memory", much: number, statement: string): Test<RuntimeTrouble> {
  return {
    statement,
    axis: "time",
    holds: "strong",
    fails: "decisive",
    ask: { text: `the node's pressure of ${resource}`, command: `cat /proc/pressure/${resource}` },
    answer({ host }) {
      const stall = stallOf(host, resource);
      if (!stall) return cantTell();
      const { avg10, avg60, avg300 } = stall.share;
      if (avg300 >= much) return holds([stall.cite]);
      return Math.max(avg10, avg60, avg300) < NONE ? fails([stall.cite]) : cantTell("uncovered");
    },
  };
}

/** Percent below which nothing waits for it. */
const NONE = 2;

/** `In the last five minutes all tasks that had work were held up for 37 % of the time`. */
export function stallText(stall: Stall | undefined, why: string): string {
  return stall
    ? `In the last five minutes all tasks of the node that had work were held up ${why} for ${Math.round(stall.share.avg300)} % of the time.`
    : `How long the node's tasks were held up ${why} was not collected.`;
}
