import {
  type HandshakeTable,
  Outcome,
  OUTCOME_NAMES,
  type OutcomeName,
  Reset,
  type SynTry,
} from "./handshake-table.ts";
import { Direction } from "./packet.ts";

/** One connection attempt, spelled out. Times are seconds since the capture's first packet. */
export interface Attempt {
  /** Its row in the table. */
  readonly row: number;
  /** As the listener sees them. */
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  readonly outcome: OutcomeName;
  /** Number of SYNs; {@link tries} has the first ones, {@link gaps} the seconds between them. */
  readonly synCount: number;
  readonly tries: readonly SynTry[];
  readonly gaps: readonly number[];
  /** What decided the outcome, where something came back. */
  readonly answer: { readonly time: number; readonly frame: number } | undefined;
  readonly synAckCount: number;
  readonly completed: boolean;
  readonly reset: "by server" | "by client" | undefined;
  readonly icmp: { readonly type: number; readonly code: number; readonly from: string } | undefined;
  readonly challengeAcks: number;
  /** Who stopped trying before the capture ended: the client its SYNs, or the server its SYN-ACKs. */
  readonly gaveUp: "client" | "server" | undefined;
  /** Whether the SYNs of both ends crossed. */
  readonly simultaneous: boolean;
  readonly direction: "incoming" | "outgoing" | "forwarded" | "unknown";
  /** The copy before the last address translation, where one was captured. */
  readonly original: Attempt | undefined;
}

/**
 * Connection attempts as objects.
 *
 * @param rows which; without, all that count: copies before address translation are told with the attempt that they are of
 */
export function* attempts(table: HandshakeTable, rows?: Iterable<number>): Generator<Attempt> {
  for (const row of rows ?? table.outcome.keys())
    if (rows !== undefined || table.counted[row] === 1) yield attempt(table, row);
}

/** The attempt of one row as an object. */
export function attempt(table: HandshakeTable, row: number): Attempt {
  const tries = table.tries(row);
  const frame = table.answerFrame[row] as number;
  const reset = table.reset[row];
  const icmpFrom = table.icmpFrom[row] as number;
  const outcome = OUTCOME_NAMES[table.outcome[row] as number] ?? "undecided";
  return {
    row,
    client: table.address(table.client[row] as number),
    clientPort: table.clientPort[row] as number,
    server: table.address(table.server[row] as number),
    serverPort: table.serverPort[row] as number,
    outcome,
    synCount: table.synCount[row] as number,
    tries,
    gaps: tries.slice(1).map((each, before) => each.time - (tries[before]?.time ?? 0)),
    answer: frame === 0 ? undefined : { time: table.answerTime[row] as number, frame },
    synAckCount: table.synAckCount[row] as number,
    completed: table.completed[row] === 1,
    reset: reset === Reset.byServer ? "by server" : reset === Reset.byClient ? "by client" : undefined,
    icmp:
      outcome === "icmp"
        ? {
            type: table.icmpType[row] as number,
            code: table.icmpCode[row] as number,
            from: table.address(icmpFrom),
          }
        : undefined,
    challengeAcks: table.challengeAcks[row] as number,
    gaveUp: gaveUp(table, row, tries),
    simultaneous: table.simultaneous[row] === 1,
    direction: directionName(table.direction[row] as number),
    original: original(table, row),
  };
}

/** Retries come at most twice as late as the one before, and some clients begin with several at equal distance. */
function gaveUp(
  table: HandshakeTable,
  row: number,
  tries: readonly SynTry[],
): "client" | "server" | undefined {
  if (table.completed[row] === 1 || table.reset[row] !== Reset.none) return undefined;
  if ((table.synAckCount[row] as number) > 0) {
    const last = table.lastSynAckTime[row] as number;
    const due = last + 2 * Math.max(1, last - (table.answerTime[row] as number)) + 1;
    return (table.synAckRetries[row] as number) > 0 && due < table.end ? "server" : undefined;
  }
  if (table.outcome[row] !== Outcome.unanswered || tries.length === 0) return undefined;
  const last = table.lastSynTime[row] as number;
  const due = last + 2 * Math.max(1, last - (table.firstTime[row] as number)) + 1;
  return due < table.end ? "client" : undefined;
}

function original(table: HandshakeTable, row: number): Attempt | undefined {
  const copy = table.linked[row] as number;
  return table.counted[row] === 1 && copy !== -1 ? attempt(table, copy) : undefined;
}

function directionName(direction: number): Attempt["direction"] {
  if (direction === Direction.incoming) return "incoming";
  if (direction === Direction.outgoing) return "outgoing";
  return direction === Direction.forwarded ? "forwarded" : "unknown";
}
