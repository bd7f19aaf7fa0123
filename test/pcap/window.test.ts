// The window on a stream against a model that keeps the whole of it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PIECE, Window } from "../../src/pcap/window.ts";

/** Bytes that tell their place in the stream. */
const stream = Uint8Array.from(
  { length: 5 * PIECE },
  (_, at) => (at * 31 + (at >> 8) * 17 + (at >> 16)) & 255,
);

/** The longest run that is asked for, where the room is given. */
const LONGEST = 2 * PIECE;
const BEFORE = 1000;

const lengths = fc.oneof(
  { weight: 5, arbitrary: fc.nat(60) },
  { weight: 3, arbitrary: fc.nat(5000) },
  { weight: 1, arbitrary: fc.nat(LONGEST) },
);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ what: fc.constant("need"), length: lengths }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant("skip"), length: lengths }) },
    { weight: 4, arbitrary: fc.record({ what: fc.constant("move"), length: lengths }) },
    { weight: 5, arbitrary: fc.record({ what: fc.constant("chunk"), length: lengths }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("next"), length: lengths }) },
  ),
  { maxLength: 60 },
);
const rooms = fc.boolean();

describe("a window", () => {
  it("shows the stream as it is", () =>
    fc.assert(
      fc.property(rooms, steps, (hasRoom, all) => {
        const memory = new Uint8Array(BEFORE + LONGEST + PIECE + BEFORE).fill(0xcc);
        const length = LONGEST + PIECE;
        const window = hasRoom ? new Window({ bytes: memory, at: BEFORE, length }) : new Window();
        const reused = new Uint8Array(LONGEST);
        /** How much of the stream was fed, and where in it the reader is: behind what was fed, if it has skipped that far. */
        let fed = 0;
        let at = 0;
        const check = () => {
          expect(window.offset + window.toSkip).toBe(at);
          const { bytes, end } = window;
          expect(end - window.at).toBeLessThanOrEqual(Math.max(fed - at, 0));
          const shown = bytes.subarray(window.at, end);
          expect(Buffer.compare(shown, stream.subarray(at, at + shown.length))).toBe(0);
          const isInside = window.at >= BEFORE && end <= BEFORE + length;
          expect(isInside || !hasRoom).toBe(true);
          const outside = [memory.subarray(0, BEFORE), memory.subarray(BEFORE + length)];
          expect(outside.every((part) => part.every((each) => each === 0xcc))).toBe(true);
        };
        const readAll = () => {
          while (window.need(window.end - window.at + 1));
        };
        const feed = (wanted: number) => {
          // What nobody has asked for is lost, and what is at hand before it.
          if (window.end - window.at < fed - at) at = fed;
          window.release();
          check();
          const size = Math.min(wanted, stream.length - fed, LONGEST);
          // As much at hand as can be asked for.
          if (window.end - window.at + size > LONGEST) return;
          const chunk = reused.fill(0xdd).subarray(0, size);
          chunk.set(stream.subarray(fed, fed + size));
          fed += size;
          window.feed(chunk);
          check();
        };
        for (const { what, length: wanted } of all) {
          const isRight = what !== "need" || window.need(wanted) === fed - at >= wanted;
          expect(isRight).toBe(true);
          if (what === "chunk") {
            readAll();
            feed(wanted);
          } else if (what === "next") feed(wanted);
          else if (what === "skip") {
            window.skip(wanted);
            at += wanted;
            // No reader goes on before what it skips has come.
            while (window.toSkip > 0 && fed < stream.length) feed(PIECE);
            if (window.toSkip > 0) return;
          } else if (what === "move") {
            const by = Math.min(wanted, window.end - window.at);
            window.at += by;
            at += by;
          }
          check();
        }
      }),
      { numRuns: 1000 },
    ));
});
