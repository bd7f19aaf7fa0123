import { describe, expect, it } from "vitest";
import { parseDockerDf } from "../../src/node/docker-df.ts";
import { parseSockets } from "../../src/node/sockets.ts";

/** What every object of JavaScript has: a table of words that is a plain object would find these in it. */
const WORDS = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"];

describe.each(WORDS)("a word that every object knows, %s", (word) => {
  it("is no spelling of a socket's state", () => {
    const text =
      "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n" +
      `nginx 7 root 3u IPv4 99 0t0 TCP 10.0.0.1:80->10.0.0.2:4000 (${word})\n`;
    expect(parseSockets(text).sockets.map(({ state }) => state)).toEqual([word.replaceAll("_", "-")]);
  });

  it("is nothing that Docker sums up", () => {
    const text = `TYPE   TOTAL  ACTIVE  SIZE  RECLAIMABLE\n${word}  1  1  5MB  0B\nImages  1  1  5MB  0B\n`;
    expect(parseDockerDf(text).totals.map(({ of }) => of)).toEqual(["image"]);
  });
});
