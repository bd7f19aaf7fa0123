import { componentOfPath } from "../../src/logs/component.ts";
import { EventGroups } from "../../src/logs/event-groups.ts";
import type { LogEvent } from "../../src/logs/index.ts";
import { SIGNATURES } from "../../src/logs/index.ts";
import { readLine } from "../../src/logs/log-line.ts";
import { quote } from "../../src/logs/quote.ts";

/** As the scanner's: how much of a long line is looked at around what was found in it. */
const REACH = 4096;

/** Every place of every literal, one after the other, by the most plain means. */
function placesOf(text: string): { at: number; literal: string }[] {
  const literals = [...new Set(SIGNATURES.flatMap(({ literals }) => literals))];
  const places = literals.flatMap((literal) => {
    const found: { at: number; literal: string }[] = [];
    for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1))
      found.push({ at, literal });
    return found;
  });
  return places.sort((a, b) => a.at - b.at);
}

/** What the scanner should find, worked out with the whole log in memory, a character a byte. */
export function referenceEvents(bytes: Uint8Array, path: string): { events: LogEvent[]; lines: number } {
  const text = Buffer.from(bytes).toString("latin1");
  const groups = new EventGroups();
  let piece = { from: 0, to: 0 };
  let asked = new Set<unknown>();
  for (const { at, literal } of placesOf(text)) {
    if (at >= piece.to) {
      const newline = text.indexOf("\n", at);
      const from = Math.max(text.lastIndexOf("\n", at) + 1, at - REACH, piece.to);
      const to = Math.min(newline === -1 ? text.length : newline, at + REACH);
      piece = { from, to: Math.max(to, at + 1) };
      asked = new Set();
    }
    const raw = new TextDecoder().decode(bytes.subarray(piece.from, piece.to)).replace(/\r+$/, "");
    const line = readLine(raw);
    if (line.isKernel) continue;
    const component = line.component ?? componentOfPath(path);
    for (const signature of SIGNATURES) {
      if (!signature.literals.includes(literal) || asked.has(signature)) continue;
      asked.add(signature);
      const { of, pattern, except, fixed } = signature;
      if (of && component !== undefined && component !== "all-in-one" && !of.includes(component)) continue;
      const match = pattern?.exec(line.message);
      if ((pattern && !match) || except?.test(line.message) === true) continue;
      const number = text.slice(0, piece.from).split("\n").length;
      groups.add({
        signature,
        line,
        component,
        fields: { ...match?.groups, ...fixed },
        number,
        quote: () => quote(raw, at - piece.from),
      });
    }
  }
  const newlines = text.split("\n").length - 1;
  return { events: groups.events, lines: newlines + (text === "" || text.endsWith("\n") ? 0 : 1) };
}
