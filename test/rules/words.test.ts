import { expect, it } from "vitest";
import { percent, size, span } from "../../src/rules/words.ts";

it.each([
  [0, "0 kB"],
  [24_576, "24 kB"],
  [312 * 2 ** 20, "312 MB"],
  [1.44 * 2 ** 30, "1.4 GB"],
])("%i bytes are %s", (bytes, text) => expect(size(bytes)).toBe(text));

it.each([
  [1n, "1 second"],
  [119n, "119 seconds"],
  [480n, "8 minutes"],
  [3600n * 47n, "47 hours"],
  [86_400n * 12n, "12 days"],
])("%d seconds are %s", (seconds, text) => expect(span(seconds * 1_000_000_000n)).toBe(text));

it("gives shares in whole percent", () => expect(percent(2, 3)).toBe("67%"));
