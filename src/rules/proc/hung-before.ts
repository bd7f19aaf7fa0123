import { firstOf } from "../../bytes/index.ts";
import type { Cite, HostEvidence, PastHang } from "../../evidence/index.ts";
import { pastHangs } from "../../evidence/index.ts";
import type { WaitSite } from "../../procstack/index.ts";
import { waitSite } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { lasting } from "../log-symptom.ts";
import { count } from "../words.ts";
import { waitAdvice } from "./wait-advice.ts";

/** Tasks that are named before the rest is counted. */
const NAMED = 5;
const CITED = 6;

/** Tasks that the kernel reported as hung and that went on afterwards. */
export const hungBefore = defineSymptom<readonly PastHang[]>({
  id: "proc/hung-before",
  title: "tasks were stuck in the kernel, and went on",
  description:
    "The kernel reported tasks as hung, and its log goes on for more than two timeouts without reporting them anew, which it does while a hang lasts; or it says that the server " +
    "that they waited for is there again. A log in which it has used up its warnings (ten) can't show that.",
  remedy: [
    "Ask what happened then, at the times of the reports: nothing waits any more that could be looked at.",
  ],
  references: ["https://docs.kernel.org/admin-guide/sysctl/kernel.html#hung-task-timeout-secs"],
  *detect(host) {
    for (const [key, hangs] of byPlace(host)) {
      const [first] = hangs;
      const site = first && siteOf(first);
      if (!first) continue;
      const names = new Set(hangs.map(({ report: { comm, tid } }) => `${comm} (${tid})`));
      const tasks = [...names];
      const what = site ? `for ${site.waitsFor}, in ${site.frame.symbol} (${site.subsystem}),` : `in ${key}`;
      const longest = hangs.reduce((most, { report }) => Math.max(most, report.seconds), 0);
      yield {
        subject: { kind: `${site?.subsystem ?? "kernel"}-wait`, name: key, tasks: tasks.slice(0, 20) },
        summary: `${firstOf(tasks, NAMED)} waited ${what} for more than ${count(longest, "second")}. It is over: ${whyOver(hangs)}.`,
        evidence: hangs.slice(0, CITED).flatMap(evidenceOf),
        data: hangs,
        weight: tasks.length,
        advice: site && waitAdvice(site.subsystem),
      };
    }
  },
});

const siteOf = ({ report: { stack } }: PastHang): WaitSite | undefined => stack && waitSite(stack);

function byPlace(host: HostEvidence): Map<string, PastHang[]> {
  const places = new Map<string, PastHang[]>();
  for (const hang of pastHangs(host)) {
    const key =
      siteOf(hang)?.id ?? hang.report.stack?.frames[0]?.symbol ?? "a place that the log does not show";
    const known = places.get(key);
    if (known) known.push(hang);
    else places.set(key, [hang]);
  }
  return places;
}

/** By the one that was over last. */
function whyOver(hangs: readonly PastHang[]): string {
  const silent = hangs.flatMap(({ because }) => ("seconds" in because ? [because.seconds] : []));
  const [note] = hangs.flatMap(({ because }) => ("note" in because ? [because.note] : []));
  if (silent.length === 0 && note) return `the kernel says later: ${note.text}`;
  const least = Math.min(...silent);
  return Number.isFinite(least)
    ? `the log goes on for ${lasting(least)} without another report`
    : "the machine was booted since";
}

function evidenceOf({ report, path, because }: PastHang): Cite[] {
  const { comm, tid, seconds, line, clock } = report;
  const text = `${clock === undefined ? "" : `${clock}: `}${comm} (${tid}) blocked for more than ${seconds} seconds`;
  return [
    { artifact: path, text, where: { line } },
    ...("note" in because
      ? [{ artifact: path, text: because.note.text, where: { line: because.note.line } }]
      : []),
  ];
}
