import { decodeText, headText } from "../bytes/index.ts";
import { readLine } from "./log-line.ts";
import { componentOfPath } from "./component.ts";

/** Lines of the beginning that are looked at, and characters of each. */
const LINES = 200;
const LONGEST = 2048;
/** Of them so many must be a logger's: dumps and stack traces take the rest. */
const SHARE = 0.3;
/** Lines of a log of CoreDNS, which has a decoder of its own. */
const COREDNS = /(?:^|\s)\[(?:INFO|ERROR|WARNING|FATAL)\] (?:plugin\/|\S+:\d+ - \d+ ")|(?:^|\s)CoreDNS-\d/;
/** Objects of the API, as audit events and whatever `kubectl` prints as JSON: their fields mean other things. */
const OBJECT = /^\{"(?:kind|apiVersion)":"/;
/** How Go's runtime begins when it gives up for want of threads: nothing need stand before that. */
const CRASH =
  /^(?:runtime: (?:program exceeds|failed to create new OS thread|may need to increase max user processes)|fatal error: thread exhaustion)/;
/** Marks of any binary; a log has zero bytes too, where a machine lost power, but not at once. */
const FIRST_BYTES = 512;

/** Whether a text is a log such as components, container runtimes, syslog or the journal write, by its first lines. */
export function looksLikeLog(head: Uint8Array, path: string): boolean {
  if (head.length === 0 || head.subarray(0, FIRST_BYTES).includes(0)) return false;
  const lines = firstLines(head);
  const [first] = lines;
  if (first === undefined) return false;
  if (CRASH.test(first)) return true;
  let logged = 0;
  let ofPrograms = 0;
  for (const text of lines) {
    const { form, isKernel, message } = readLine(text);
    if (form === undefined) continue;
    if ((form !== "syslog" && COREDNS.test(message)) || OBJECT.test(message)) return false;
    logged++;
    if (!isKernel) ofPrograms++;
  }
  if (ofPrograms === 0) return false;
  return logged >= SHARE * lines.length || (componentOfPath(path) ?? "other") !== "other";
}

/** Lines that are not empty, the last one only where nothing else is there: it may be cut. */
function firstLines(head: Uint8Array): string[] {
  const lines: string[] = [];
  const decoded = headText(head) ?? decodeText(head);
  for (let at = 0; at < decoded.length && lines.length < LINES;) {
    const newline = decoded.indexOf("\n", at);
    const end = newline === -1 ? decoded.length : newline;
    const text = decoded.slice(at, Math.min(end, at + LONGEST)).trimEnd();
    if (text !== "" && (newline !== -1 || lines.length === 0)) lines.push(text);
    at = end + 1;
  }
  return lines;
}
