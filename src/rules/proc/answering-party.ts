import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { isBlocked, nameOf, waitInWords } from "../../procstack/index.ts";
import type { Test } from "../engine/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import type { Stuck } from "./stuck.ts";

/** A process that must answer whoever waits, and what shows that it is the one. */
export interface Party {
  readonly task: Task;
  readonly cites: readonly Cite[];
}

/** Why a process answers nobody, as a clause about it; `undefined` for one that runs or waits for work. */
export function silenceOf({ task }: Party, host: HostEvidence): string | undefined {
  const letter = task.state?.letter ?? "";
  if (letter === "T") return "is stopped";
  if (letter === "t") return "is stopped by its debugger";
  if (letter === "Z") return "is a zombie";
  // Another of its threads may answer.
  const threads = host.tasks.filter(({ pid }) => pid !== undefined && pid === task.pid);
  return threads.length > 0 && threads.every(isBlocked) ? `is stuck itself: ${waitInWords(task)}` : undefined;
}

/** A test of those that must answer: one of them can't. Where there are several, it may be another one's turn. */
export function cantAnswer(test: {
  readonly statement: string;
  readonly ask: { readonly text: string; readonly command: string };
  readonly parties: (host: HostEvidence) => readonly Party[];
}): Test<Stuck> {
  return {
    statement: test.statement,
    axis: "identity",
    holds: "strong",
    ask: test.ask,
    answer({ host }) {
      const parties = test.parties(host);
      if (parties.length === 0) return cantTell();
      for (const party of parties) {
        const why = silenceOf(party, host);
        const where = party.task.cites.state ?? party.task.cites.stack;
        if (why === undefined || !where) continue;
        const cites = [citeOfTask(where, `${nameOf(party.task)} ${why}`, party.task), ...party.cites];
        return holds(cites, parties.length === 1 ? {} : { atMost: "weak" });
      }
      return cantTell("uncovered");
    },
  };
}

/** `python3 (16139), which …, is stopped.`; empty where all answer, for all that is known. */
export function partyText(parties: readonly Party[], host: HostEvidence, which: string): string {
  for (const party of parties) {
    const why = silenceOf(party, host);
    if (why !== undefined) return `${nameOf(party.task)}, which ${which}, ${why}.`;
  }
  const [only, another] = parties;
  return only && !another ? `${nameOf(only.task)} ${which}.` : "";
}
