import { type Attempt, attempt } from "./attempts.ts";
import type { Capture } from "./capture.ts";

/** How long behind a SYN its answer from another address may come, in seconds. */
const ANSWER_WINDOW = 3;

/** A SYN whose answer came from another address or port than it was sent to: address translation forgot the way back. */
export interface StrayAnswer {
  /** What the client asked for, and did not get. */
  readonly asked: Attempt;
  /** Who answered. */
  readonly answeredBy: string;
  readonly answeredByPort: number;
  /** Of the SYN-ACK; the time in seconds since the capture's first packet. */
  readonly time: number;
  readonly frame: number;
}

/**
 * SYN-ACKs that acknowledge a client's SYN but come from where it sent none, and which the client can't know for its own.
 * Where the capture shows an attempt on both sides of a translation, its answer is no stray.
 */
export function strayAnswers(capture: Capture): StrayAnswer[] {
  const h = capture.handshakes;
  const open = new Map<number, number[]>();
  const strays: number[] = [];
  for (let row = 0; row < h.length; row++)
    if (h.synCount[row] === 0 && (h.synAckCount[row] as number) > 0) strays.push(row);
  // Most captures have none, and a flood has very many attempts without an answer.
  if (strays.length === 0) return [];
  for (let row = 0; row < h.length; row++) {
    if (h.synCount[row] === 0 || (h.synAckCount[row] as number) > 0) continue;
    const isn = h.isn[row] as number;
    const rows = open.get(isn);
    if (rows === undefined) open.set(isn, [row]);
    else rows.push(row);
  }
  const found: StrayAnswer[] = [];
  for (const stray of strays) {
    const asked = open.get(h.isn[stray] as number)?.find((row) => isOf(capture, row, stray));
    if (asked === undefined) continue;
    found.push({
      asked: attempt(h, asked),
      answeredBy: h.address(h.server[stray] as number),
      answeredByPort: h.serverPort[stray] as number,
      time: h.firstTime[stray] as number,
      frame: h.firstFrame[stray] as number,
    });
  }
  return found;
}

function isOf({ handshakes: h }: Capture, row: number, stray: number): boolean {
  const since = (h.firstTime[stray] as number) - (h.firstTime[row] as number);
  return (
    h.client[row] === h.client[stray] &&
    h.clientPort[row] === h.clientPort[stray] &&
    h.linked[row] === -1 &&
    since > -0.001 &&
    since < ANSWER_WINDOW
  );
}
