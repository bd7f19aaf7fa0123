import { describe, expect, it } from "vitest";
import { analyze } from "../../../src/analyze.ts";
import { sourceOf } from "../../../src/bytes/index.ts";
import type { Rule } from "../../../src/rules/index.ts";
import { defineAudit, defineCause, defineSymptom, holds } from "../../../src/rules/index.ts";

const TEXT = { title: "a title", description: "A description.", references: [] };

/** A pod is seen on the node that the cluster names. */
const seenPod = defineSymptom<string>({
  ...TEXT,
  id: "test/seen-pod",
  remedy: [],
  detectInCluster: (cluster) =>
    cluster.pods.map((pod) => ({
      subject: { kind: "pod", name: pod.name },
      summary: "A pod.",
      evidence: [cluster.cite(pod.object, "a pod")],
      data: pod.name,
      weight: 1,
      node: "node-a",
    })),
});

/** Asks the node's own evidence. */
const kernelOfNode = defineCause<string>({
  ...TEXT,
  id: "test/kernel-of-node",
  explains: [seenPod],
  tests: [
    {
      statement: "the node's kernel is known",
      axis: "version",
      holds: "strong",
      answer({ host }) {
        const { kernel } = host;
        return kernel.known ? holds([kernel.cite]) : { is: "cant-tell", why: kernel.why };
      },
    },
  ],
  remedy: [],
  summary: ({ host }) => `Asked of ${host.name}.`,
});

const anyPod = defineAudit({
  ...TEXT,
  id: "test/any-pod",
  remedy: [],
  inspect: (cluster) =>
    cluster.pods.map((pod) => ({
      subject: { kind: "pod", name: pod.name },
      summary: "There is a pod.",
      evidence: [],
      weight: 1,
    })),
});

const POD =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: web-0, namespace: default}\nstatus: {phase: Running}\n";
const UNAME = "Linux node-a.example.org 5.10.0 #1 SMP x86_64 GNU/Linux\n";

async function findingsOf(files: Record<string, string>, rules: readonly Rule[]) {
  const inputs = Object.entries(files).map(([name, text]) => ({
    name,
    source: sourceOf(new TextEncoder().encode(text)),
  }));
  const { findings } = await analyze(inputs, { rules });
  return findings.map(({ rule, kind, verdict, host }) => ({ rule, kind, verdict, host }));
}

/** Two symptoms of one node and their cause: one is over, the other is not where the hostname says so. */
function overAnd(isOverToo: boolean): Rule[] {
  const symptom = (id: string, when: string | undefined) =>
    defineSymptom<string>({
      ...TEXT,
      id,
      remedy: [],
      detect: () => [
        { subject: { kind: "node", name: "n" }, summary: "S.", evidence: [], data: "", weight: 1, when },
      ],
    });
  const over = symptom("test/over", "3 hours before the log ends");
  const other = symptom("test/other", isOverToo ? "2 hours before the log ends" : undefined);
  const cause = defineCause<string>({
    ...TEXT,
    id: "test/cause",
    explains: [over, other],
    tests: [{ statement: "it is", axis: "state", holds: "strong", answer: () => holds([]) }],
    remedy: [],
    summary: () => "C.",
  });
  return [over, other, cause];
}

describe("what is over", () => {
  it("says when it was, in its title and its cause's; what goes on with another symptom doesn't", async () => {
    const titles = async (isOverToo: boolean) => {
      const source = sourceOf(new TextEncoder().encode(UNAME));
      const report = await analyze([{ name: "uname", source }], { rules: overAnd(isOverToo) });
      return Object.fromEntries(report.findings.map(({ rule, title, when }) => [rule, [title, when]]));
    };
    const over = ["a title (3 hours before the log ends)", "3 hours before the log ends"];
    expect(await titles(true)).toMatchObject({ "test/over": over, "test/cause": over });
    expect(await titles(false)).toMatchObject({
      "test/over": over,
      "test/other": ["a title", undefined],
      "test/cause": ["a title", undefined],
    });
  });
});

describe("what the cluster shows", () => {
  it("is judged by the evidence of the node that it happened on", async () => {
    const files = { "b/pods.yaml": POD, "b/node-a/uname": UNAME };
    expect(await findingsOf(files, [seenPod, kernelOfNode])).toEqual([
      { rule: "test/seen-pod", kind: "symptom", verdict: "confirmed", host: "node-a.example.org" },
      { rule: "test/kernel-of-node", kind: "cause", verdict: "likely", host: "node-a.example.org" },
    ]);
  });

  it("is no host's where the node left no evidence, and never another's", async () => {
    const files = { "b/pods.yaml": POD, "b/node-b/uname": UNAME.replace("node-a", "node-b") };
    expect(await findingsOf(files, [seenPod, kernelOfNode])).toEqual([
      { rule: "test/seen-pod", kind: "symptom", verdict: "confirmed", host: null },
      { rule: "test/kernel-of-node", kind: "cause", verdict: "possible", host: null },
      { rule: "test/kernel-of-node", kind: "cause", verdict: "possible", host: "node-b.example.org" },
    ]);
  });

  it("stands last where it is an audit", async () => {
    expect(await findingsOf({ "b/pods.yaml": POD }, [anyPod, seenPod])).toEqual([
      { rule: "test/seen-pod", kind: "symptom", verdict: "confirmed", host: null },
      { rule: "test/any-pod", kind: "audit", verdict: "confirmed", host: null },
    ]);
  });
});
