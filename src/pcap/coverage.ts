import type { CaptureFile, Capture } from "./capture.ts";
import { Outcome } from "./handshake-table.ts";

/** A client asks again after this many seconds at the latest, if nothing came: silence for as long is silence. */
const WAIT = 1;
/** The next file of a rotation begins within this time behind the one before; packets of several CPUs mix a little. */
const GAP = 1;
const DISORDER = 0.05;

/**
 * Takes back what the end of a file decided, where several were read: an attempt or a query near the end of the file that shows it
 * says nothing about its answer, unless another file goes on there.
 */
export function unsettle(capture: Capture): void {
  const ends = capture.files.map((_, file) => coveredUntil(file, capture.files));
  const isCovered = (frame: number, time: number) => {
    const place = capture.fileOf(frame);
    return place !== undefined && time + WAIT <= (ends[place.file] ?? -Infinity);
  };
  const { handshakes: h, dns } = capture;
  for (let row = 0; row < h.length; row++) {
    const isSingle = h.outcome[row] === Outcome.unanswered && h.synCount[row] === 1;
    if (isSingle && !isCovered(h.firstFrame[row] as number, h.lastSynTime[row] as number))
      h.outcome[row] = Outcome.undecided;
  }
  for (let row = 0; row < dns.length; row++) {
    const isOpen = dns.answerFrame[row] === 0 && dns.undecided[row] === 0;
    if (isOpen && !isCovered(dns.frame[row] as number, dns.time[row] as number)) dns.undecided[row] = 1;
  }
}

/** Until when a file, and those that go on where it ends, show what happens. */
function coveredUntil(file: number, files: readonly CaptureFile[]): number {
  let end = files[file]?.end ?? -Infinity;
  const links = String(files[file]?.linkTypes);
  // Each step goes on to a file that ends later.
  for (;;) {
    const next = files.find(
      (other) =>
        other.start !== undefined &&
        other.end !== undefined &&
        other.start >= end - DISORDER &&
        other.start <= end + GAP &&
        other.end > end &&
        String(other.linkTypes) === links,
    );
    if (next?.end === undefined) return end;
    end = next.end;
  }
}
