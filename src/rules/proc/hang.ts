import type { HostEvidence } from "../../evidence/index.ts";
import type { Answer, Symptom, Test } from "../engine/index.ts";
import { killTimeout } from "../runtime/kill-timeout.ts";
import type { RuntimeTrouble } from "../runtime/runtime-trouble.ts";
import { RUNTIME_TROUBLES } from "../runtime/runtime-trouble.ts";
import { stuckRuntime } from "../runtime/stuck-runtime.ts";
import { pidNamespaceZapHang } from "./pid-namespace-zap-hang.ts";
import type { Stuck } from "./stuck.ts";
import { uninterruptible } from "./uninterruptible.ts";

/** What shows that tasks are stuck: the tasks themselves, or a runtime that stands still and may have stuck threads. */
export type Hang = Stuck | RuntimeTrouble;

/** The symptoms that a task which is stuck may show. */
export const HANGS: readonly Symptom<Hang>[] = [
  pidNamespaceZapHang,
  uninterruptible,
  killTimeout,
  ...RUNTIME_TROUBLES,
];

/** The stuck tasks of a symptom. */
export function stuckOf(seen: Hang | undefined, host: HostEvidence): Stuck | undefined {
  return seen === undefined || "roots" in seen ? seen : stuckRuntime(host, seen);
}

/**
 * Tests of stuck tasks, for all symptoms that these may show. Where all answers together are worth no more than `strong`, only the first
 * strong one is: however sure it is why the tasks wait, it is not sure that the symptom is of their waiting.
 */
export function testsOfHang(tests: readonly Test<Stuck>[]): Test<Hang>[] {
  const isStrong = (test: Test<Stuck>, answer: Answer): boolean =>
    answer.is === "holds" &&
    answer.atMost !== "weak" &&
    (test.holds === "strong" || test.holds === "decisive");
  return tests.map((test, at) => ({
    ...test,
    answer({ seen, host }) {
      const about = { seen: stuckOf(seen, host), host };
      const answer = test.answer(about);
      const most = about.seen?.most;
      if (most === undefined || answer.is !== "holds" || !isStrong(test, answer)) return answer;
      const isFirst = !tests.slice(0, at).some((other) => isStrong(other, other.answer(about)));
      return { ...answer, atMost: isFirst ? most : "weak" };
    },
  }));
}
