import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAll } from "../../src/bytes/index.ts";

/** A source that reuses one buffer for all its chunks, as files do. */
function reusing(bytes: Uint8Array, chunk: number, size: number | undefined) {
  const buffer = new Uint8Array(chunk);
  return {
    size,
    *stream() {
      for (let at = 0; at < bytes.length; at += chunk) {
        const part = bytes.subarray(at, at + chunk);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    },
  };
}

describe("readAll", () => {
  const content = fc.uint8Array({ maxLength: 300 });
  const chunk = fc.integer({ min: 1, max: 100 });
  const limit = fc.integer({ min: 0, max: 400 });

  it("reads up to the limit, whether the size is known, unknown, or not what was stated", async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        chunk,
        limit,
        fc.constantFrom("known", "unknown", "less", "more"),
        async (all, step, most, stated) => {
          const size = { known: all.length, unknown: undefined, less: all.length >> 1, more: all.length + 7 }[
            stated
          ];
          const { bytes, complete } = await readAll(reusing(all, step, size), most);
          expect([...bytes]).toEqual([...all.subarray(0, most)]);
          expect(complete).toBe(all.length <= most);
        },
      ),
    );
  });
});
