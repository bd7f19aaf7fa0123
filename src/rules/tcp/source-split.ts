import type { Cite } from "../../evidence/index.ts";
import { Outcome, rowsOf } from "../../pcap/index.ts";
import { memo, firstOf } from "../../bytes/index.ts";
import { captureIndex } from "./capture-index.ts";
import type { Moments } from "./grouped.ts";
import { firstBehind, sorted } from "./grouped.ts";
import { citeSyns } from "./listener-loss.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

/** A source address all of whose SYNs to a listener were lost. */
export interface SilencedSource {
  readonly address: string;
  /** Its attempts, as rows of the capture's handshakes, in the order of their first SYNs. */
  readonly rows: readonly number[];
  /** Its tries within a second of which the listener answered another source at once. */
  readonly triesBesideAnswers: number;
  /** Ports of the listener's address that answered it. */
  readonly answeredOn: readonly number[];
}

/** How a listener treats its clients' addresses. */
export interface SourceSplit {
  readonly silenced: readonly SilencedSource[];
  /** Attempts that were lost of other sources. */
  readonly othersLost: number;
  /** Attempts of other sources that were answered at once. */
  readonly othersAnswered: number;
}

/** How near in time an answer to another source must be to show that the listener was well, in seconds. */
const BESIDE = 1;

/** Sorts a listener's clients into those that never got an answer, and the others. */
export const sourceSplit: (seen: ListenerLoss) => SourceSplit = memo(makeSplit);

function makeSplit(seen: ListenerLoss): SourceSplit {
  const { handshakes } = seen.capture.model;
  const lostOf = new Map<number, number[]>();
  for (const row of seen.lost) {
    const client = handshakes.client[row] ?? -1;
    const rows = lostOf.get(client);
    if (rows) rows.push(row);
    else lostOf.set(client, [row]);
  }
  const heard = new Set<number>();
  const rows = rowsOf(handshakes, seen.listener.key);
  for (const row of rows) {
    const outcome = handshakes.outcome[row];
    if (outcome !== Outcome.unanswered && outcome !== Outcome.undecided) {
      heard.add(handshakes.client[row] ?? -1);
    }
  }
  const answers = answersOf(seen, rows);
  const silencedClients = [...lostOf].filter(([client]) => !heard.has(client));
  const index = captureIndex(seen.capture.model);
  const server = handshakes.server[seen.lost[0] ?? 0] ?? 0;
  const silenced = silencedClients.map(([client, rows]): SilencedSource => {
    const tries = rows.flatMap((row) => handshakes.tries(row));
    const beside = tries.filter(({ time }) => isAnsweredBeside(answers, time, client));
    return {
      address: handshakes.address(client),
      rows: rows.toSorted((a, b) => (handshakes.firstTime[a] ?? 0) - (handshakes.firstTime[b] ?? 0)),
      triesBesideAnswers: beside.length,
      answeredOn: index.answeredPorts(client, server).filter((port) => port !== seen.listener.port),
    };
  });
  const silencedLost = silenced.reduce((sum, { rows }) => sum + rows.length, 0);
  return {
    silenced: silenced.sort((a, b) => b.rows.length - a.rows.length || (a.address < b.address ? -1 : 1)),
    othersLost: seen.lost.length - silencedLost,
    othersAnswered: answers.item.length,
  };
}

/** The listener's answers at once, with the clients that they went to. */
function answersOf({ capture }: ListenerLoss, rows: readonly number[]): Moments {
  const { outcome, firstTime, client } = capture.model.handshakes;
  let length = 0;
  for (const row of rows) if (outcome[row] === Outcome.answered) length++;
  const time = new Float64Array(length);
  const item = new Uint32Array(length);
  let at = 0;
  for (const row of rows) {
    if (outcome[row] !== Outcome.answered) continue;
    time[at] = firstTime[row] as number;
    item[at++] = client[row] as number;
  }
  return sorted({ time, item });
}

/** Whether the listener answered another source at nearly the same time. */
function isAnsweredBeside(answers: Moments, time: number, client: number): boolean {
  for (let at = firstBehind(answers, time - BESIDE); at < answers.time.length; at++) {
    if ((answers.time[at] ?? 0) > time + BESIDE) return false;
    if (answers.item[at] !== client) return true;
  }
  return false;
}

/** The lost attempts of sources that never got an answer. */
export const silencedRows = (seen: ListenerLoss): number[] =>
  sourceSplit(seen).silenced.flatMap(({ rows }) => rows);

/** A citation of them. */
export function citeSilenced(seen: ListenerLoss): Cite {
  const { silenced, othersAnswered } = sourceSplit(seen);
  const named = silenced.map(({ address, rows }) => `${address} (${rows.length})`);
  const text = `no SYN to ${seen.listener.key} from ${firstOf(named, 4, "others")} was answered; ${othersAnswered} of others were`;
  return citeSyns(seen, silencedRows(seen), text);
}
