import type { Capture } from "../../pcap/index.ts";
import { Outcome } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";
import type { Moments } from "./grouped.ts";
import { Grouped, firstBehind } from "./grouped.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { rowsWith } from "./listener-loss.ts";

/** For so many seconds IPVS and connection tracking remember a TCP connection that was closed (TIME_WAIT). */
export const REMEMBERED = 120;

/** What a client asked for, before translation where that was captured. */
export interface Asked {
  /** Rows of the capture's handshakes: the copy before translation. */
  readonly row: number;
  /** The copy as the listener sees it. */
  readonly seen: number;
}

/** Attempts of one listener, by whether their addresses and ports were those of another connection shortly before. */
export interface PortReuse {
  /** Attempts whose addresses and ports were in use shortly before. */
  readonly reused: readonly Asked[];
  /** The others; of those near the capture's beginning nobody knows. */
  readonly fresh: readonly Asked[];
}

const PORTS = 0x10000;

/** The connections that came about, by their client's port. */
const established: (capture: Capture) => Grouped = memo(({ handshakes: h }: Capture) => {
  const keep = new Uint8Array(h.length);
  for (let row = 0; row < h.length; row++)
    if (h.outcome[row] === Outcome.answered || h.outcome[row] === Outcome.answeredLate) keep[row] = 1;
  return new Grouped(PORTS, [{ group: h.clientPort, time: h.firstTime, keep }]);
});

/** The same, by their server's address. */
const establishedAt: (capture: Capture) => Grouped = memo(({ handshakes: h }: Capture) => {
  const keep = new Uint8Array(h.length);
  let most = 0;
  for (let row = 0; row < h.length; row++) {
    if (h.outcome[row] === Outcome.answered) keep[row] = 1;
    most = Math.max(most, h.server[row] as number);
  }
  return new Grouped(most + 1, [{ group: h.server, time: h.firstTime, keep }]);
});

/** How many attempts on ports that were not in use shortly before asked the same as another one, later, and were answered at once. */
export function freshAndAnswered({ capture }: ListenerTraffic, row: number): number {
  const { server, serverPort, firstTime } = capture.model.handshakes;
  const asked = establishedAt(capture.model).of(server[row] ?? 0);
  let found = 0;
  for (let at = firstBehind(asked, firstTime[row] ?? 0); at < asked.item.length; at++) {
    const other = asked.item[at] as number;
    if (serverPort[other] === serverPort[row] && !isReused(capture.model, other)) found++;
  }
  return found;
}

/** What a listener's attempts, or some of them, look like to a table that remembers closed connections. */
export function portReuse(traffic: ListenerTraffic, rows: readonly number[]): PortReuse {
  const reused: Asked[] = [];
  const fresh: Asked[] = [];
  for (const seen of rows) {
    const row = before(traffic, seen);
    (isReused(traffic.capture.model, row) ? reused : fresh).push({ row, seen });
  }
  return { reused, fresh };
}

/** Of a listener's attempts that were answered at once those whose addresses and ports were in use shortly before. */
export function reusedAndAnswered(traffic: ListenerTraffic, lost: ReadonlySet<number>): number {
  return rowsWith(traffic, Outcome.answered).filter(
    (row) => !lost.has(row) && isReused(traffic.capture.model, before(traffic, row)),
  ).length;
}

/** The copy of an attempt before its translation, or itself. */
export function before({ capture }: ListenerTraffic, row: number): number {
  const { linked, counted } = capture.model.handshakes;
  const copy = linked[row] ?? -1;
  return counted[row] === 1 && copy !== -1 ? copy : row;
}

function isReused(capture: Capture, row: number): boolean {
  const { client, clientPort, server, serverPort, firstTime, closeTime, resetTime, answerTime } =
    capture.handshakes;
  const time = firstTime[row] ?? 0;
  const earlier: Moments = established(capture).of(clientPort[row] ?? 0);
  for (let at = firstBehind(earlier, time) - 1; at >= 0; at--) {
    const other = earlier.item[at] as number;
    if (other === row || (firstTime[other] as number) >= time) continue;
    if (
      client[other] !== client[row] ||
      server[other] !== server[row] ||
      serverPort[other] !== serverPort[row]
    )
      continue;
    const ends = [closeTime[other], resetTime[other], answerTime[other]];
    const ended = ends.find((end) => end !== undefined && !Number.isNaN(end)) ?? 0;
    // The one before this is the only one that a table may remember.
    return time - ended <= REMEMBERED;
  }
  return false;
}
