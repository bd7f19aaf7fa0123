import type { Cite } from "../../evidence/index.ts";
import type { PawsCount, PawsTable } from "../../pcap/index.ts";
import { fitsPaws, paws2x2 } from "../../pcap/index.ts";
import type { Answer } from "../engine/index.ts";
import { memo } from "../../bytes/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { citeSyns } from "./listener-loss.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

/** Fewer than these fall to one side by chance: each SYN of a random timestamp goes back half of the time. */
const FEWEST_LOST = 3;
const FEWEST_SPLIT = 6;

/**
 * The SYNs of each source address against its own timestamps. Clients of today start each connection at a random
 * timestamp, so that half of all SYNs go back and are answered; only a listener that looks at them splits them cleanly.
 */
export function answerTraffic(seen: ListenerLoss | undefined): Answer {
  if (!seen) return cantTell();
  if (seen.lostHere.length * 2 > seen.lost.length) return fails([citeLostHere(seen)]);
  const tables = timestampTables(seen);
  const splits = tables.filter(fitsPaws);
  const explained = sum(splits, (table) => table.regressedUnanswered);
  const total = seen.lost.length;
  if (explained * 2 < total || explained === 0) {
    const judged = tables.filter(
      (table) => table.regressedUnanswered.attempts + table.monotoneUnanswered.attempts > 0,
    );
    if (judged.length === 0) return answerWithoutTimestamps(seen);
    return fails(
      judged.map((table) => citeTable(seen, table)),
      { of: { n: explained, total }, atMost: "strong" },
    );
  }
  // Of many sources with a few SYNs each, some split cleanly by chance: together they count only where none speaks against it.
  const enough =
    splits.some((table) => isTelling([table])) || (isTelling(splits) && !tables.some(speaksAgainst));
  const cites = splits.map((table) => citeTable(seen, table));
  return holds(cites, { of: { n: explained, total }, ...(enough ? {} : { atMost: "weak" }) });
}

/** The tables of a listener's clients. */
export const timestampTables: (seen: ListenerLoss) => readonly PawsTable[] = memo((seen) =>
  paws2x2(seen.capture.model, seen.listener.key),
);

/** A citation of SYNs that were lost before they came to the listener. */
export function citeLostHere(seen: ListenerLoss): Cite {
  const { capture, lostHere } = seen;
  const rows = lostHere.map((row) => capture.model.handshakes.linked[row] ?? row);
  const text = `${lostHere.length} of ${seen.lost.length} lost SYNs came to the capturing host and never left it for the listener`;
  return citeSyns(seen, rows, text);
}

/** Whether tables hold too many SYNs for a clean split by chance. */
export function isTelling(splits: readonly PawsTable[]): boolean {
  const explained = sum(splits, (table) => table.regressedUnanswered);
  const clean = explained + sum(splits, (table) => table.monotoneAnswered);
  return explained >= FEWEST_LOST && clean >= FEWEST_SPLIT;
}

/** A SYN was lost that was not behind, or one was answered that was. */
function speaksAgainst(table: PawsTable): boolean {
  const { monotoneUnanswered, regressedAnswered, regressedAnsweredEarly } = table;
  return monotoneUnanswered.attempts > 0 || regressedAnswered.attempts > regressedAnsweredEarly;
}

function answerWithoutTimestamps(seen: ListenerLoss): Answer {
  const { hasTimestamp } = seen.capture.model.handshakes;
  if (seen.lost.some((row) => hasTimestamp[row] === 1)) return cantTell("uncovered");
  const text = "the unanswered SYNs carry no timestamps: there is nothing to compare";
  return fails([citeSyns(seen, seen.lost, text)], { atMost: "strong" });
}

function citeTable(seen: ListenerLoss, table: PawsTable): Cite {
  const { regressedAnswered, regressedUnanswered, monotoneAnswered, monotoneUnanswered } = table;
  const lost = regressedUnanswered.attempts > 0 ? regressedUnanswered : monotoneUnanswered;
  return {
    artifact: seen.capture.artifact.path,
    text:
      `from ${table.source}: of the SYNs whose timestamp went back ${regressedUnanswered.attempts} got no answer and ` +
      `${regressedAnswered.attempts} did; of the others ${monotoneUnanswered.attempts} got none and ${monotoneAnswered.attempts} did`,
    where: { frames: lost.frames },
  };
}

/** Attempts of one kind in several tables. */
export function sum(tables: readonly PawsTable[], of: (table: PawsTable) => PawsCount): number {
  return tables.reduce((total, table) => total + of(table).attempts, 0);
}
