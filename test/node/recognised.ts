import fc from "fast-check";
import type { Format, Model } from "../../src/bytes/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

type AnyTextFormat = Format<string, Model>;

/** Whether a format takes a text for its own. */
export const recognises = (format: AnyTextFormat, text: string, path = "x"): boolean =>
  format.recognise(new TextEncoder().encode(text), path);

/** How many of all prefixes of a text, and of random changes of it, a format reads without a list of what it noticed: none. */
export async function mishaps(format: AnyTextFormat, text: string): Promise<number> {
  const bytes = new TextEncoder().encode(text);
  let count = 0;
  const read = async (input: Uint8Array): Promise<void> => {
    format.recognise(input, "x");
    const { diagnostics } = await format.decode(sourceOf(input), "x");
    if (!Array.isArray(diagnostics)) count++;
  };
  for (let length = 0; length < bytes.length; length += 1 + (bytes.length >> 9))
    await read(bytes.subarray(0, length));
  const changed = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(changed, async (changes) => {
      const damaged = bytes.slice();
      for (const [at, value] of changes) damaged[at] = value;
      await read(damaged);
    }),
  );
  return count;
}
