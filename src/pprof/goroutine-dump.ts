import { ascii, DOT, eachLine, find, hasAt, hasBefore, OPEN_PAREN, skipDigits, SPACE, TAB } from "./ascii.ts";
import { CallLine, creatorStop, endsInLine, indentStop, placeStop } from "./frame-lines.ts";
import { GOROUTINE, GoroutineHeader } from "./goroutine-header.ts";
import { parseLabels } from "./goroutine-labels.ts";
import { goroutineProblems } from "./goroutine-problems.ts";
import { goroutineSet, type GoroutineSet, NO_LABELS, type SharedLabels } from "./goroutine-set.ts";
import { LargestDump } from "./largest-dump.ts";
import { lockAddress } from "./lock-address.ts";
import { StackGroups } from "./stack-groups.ts";
import { threadsAtLimit } from "./thread-limit.ts";

const CREATED_BY = ascii("created by ");
const CREATED = ascii("created");
const NON = ascii("non-Go");
const RUNNING = ascii("running");
const ORIGINATING = ascii("[originating from goroutine ");
const ELIDED = ascii("elided...");
const UNAVAILABLE = ascii("stack unavailable");
const NON_GO = ascii("non-Go function");

/** Goroutines of a group that are named as examples. */
const MOST_IDS = 10;

/** net/http/pprof doubles its buffer up to this, and no further. */
const FULL_DUMP = 64 << 20;

/**
 * Reads `goroutine?debug=2`, and what SIGQUIT, panics and fatal errors print. Text before, between and after the
 * goroutines is passed over.
 */
export function readDump(bytes: Uint8Array): GoroutineSet {
  return new DumpReader(bytes).read();
}

class DumpReader {
  readonly #bytes: Uint8Array;
  readonly #groups: StackGroups;
  readonly #problems = goroutineProblems();
  /** The header of the goroutine that is being read, and one to try the next on. */
  #header = new GoroutineHeader();
  #next = new GoroutineHeader();
  readonly #labels = new Map<number, SharedLabels>();
  /** Those of the dump that is being read. */
  readonly #ids = new Set<number>();
  #counted = 0;
  #running = 0;
  readonly #largest = new LargestDump();
  /** Whether other text has come since the last goroutine. */
  #isInterrupted = false;
  /** What is being read of a goroutine. Ancestors (GODEBUG=tracebackancestors) are no frames of it. */
  #part: "outside" | "frames" | "creator" | "ancestors" = "outside";
  #begin = 0;
  #unavailable = false;
  /** The span of the lock's address that the goroutine waits for, or 0. */
  #lock = 0;
  /** The function whose place the next line should be. */
  readonly #call = new CallLine();
  #isPending = false;
  /** Lines that are no frames; no harm unless frames follow. */
  #foreign: number[] = [];
  #isCut = false;
  #threadsAtLimit: number | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#groups = new StackGroups(bytes);
  }

  read(): GoroutineSet {
    const bytes = this.#bytes;
    eachLine(bytes, (start, end, ended) => {
      if (this.#part === "outside") this.#lineOutside(start, end, ended);
      else this.#lineInside(start, end, ended);
    });
    if (this.#part !== "outside") this.#atEnd();
    if (this.#isCut) this.#problems.add("goroutine-cut", this.#begin);
    this.#endDump();
    const drafts = this.#groups.drafts(this.#largest.dump.groups);
    for (let more = 1; more < this.#largest.count; more++) this.#problems.add("several-dumps", 0);
    if (drafts.length === 0) this.#problems.add("no-goroutines", 0);
    if (bytes.length === FULL_DUMP) this.#problems.add("dump-full", bytes.length);
    const set = goroutineSet("debug=2", drafts, this.#problems.diagnostics());
    return this.#threadsAtLimit === undefined ? set : { ...set, threadsAtLimit: this.#threadsAtLimit };
  }

  #lineOutside(start: number, end: number, ended: boolean): void {
    const bytes = this.#bytes;
    if (this.#next.read(bytes, start, end)) {
      this.#open(start);
      return;
    }
    if (start < end) this.#isInterrupted = true;
    if (!ended && hasAt(bytes, start, end, GOROUTINE)) {
      this.#isCut = skipDigits(bytes, start + GOROUTINE.length, end) > start + GOROUTINE.length;
      this.#begin = start;
    } else this.#threadsAtLimit ??= threadsAtLimit(bytes, start, end);
  }

  #lineInside(start: number, end: number, ended: boolean): void {
    const bytes = this.#bytes;
    if (start === end) this.#close();
    else if (bytes[start] === TAB || bytes[start] === SPACE) this.#place(start, end, ended);
    else if (this.#next.read(bytes, start, end)) {
      this.#close();
      this.#open(start);
    } else if (hasAt(bytes, start, end, ORIGINATING)) {
      this.#dropCall();
      this.#part = "ancestors";
    } else if (this.#part === "frames") this.#function(start, end, ended);
    else if (this.#part === "creator") this.#isInterrupted = true;
  }

  #open(start: number): void {
    const former = this.#header;
    this.#header = this.#next;
    this.#next = former;
    const { id, stateStart, stateStop } = this.#header;
    this.#begin = start;
    this.#part = "frames";
    this.#isPending = false;
    this.#unavailable = false;
    const isInterrupted = this.#isInterrupted || this.#foreign.length > 0;
    this.#isInterrupted = false;
    this.#lock = 0;
    if (this.#foreign.length > 0) this.#foreign = [];
    if (id === 0) this.#problems.add("system-stacks", start);
    else {
      // A program that recovers from a panic may log the stack of that goroutine alone, again and again.
      if (this.#ids.has(id) || (isInterrupted && this.#counted === this.#running)) this.#endDump();
      this.#ids.add(id);
    }
    this.#groups.begin(this.#groups.spans.idOf(stateStart, stateStop));
  }

  #endDump(): void {
    this.#largest.add({ groups: this.#groups.take(), counted: this.#counted, declared: 0 });
    this.#counted = 0;
    this.#running = 0;
    this.#ids.clear();
  }

  #function(start: number, end: number, ended: boolean): void {
    const bytes = this.#bytes;
    this.#dropCall();
    if (bytes[start] === DOT && hasBefore(bytes, start, end, ELIDED)) {
      this.#groups.elided();
      return;
    }
    if (hasAt(bytes, start, end, CREATED_BY)) {
      const name = start + CREATED_BY.length;
      this.#call.start = name;
      this.#call.stop = creatorStop(bytes, name, end);
      this.#part = "creator";
    } else {
      this.#call.read(bytes, start, end);
      if (this.#lock === 0 && this.#call.isCall) this.#findLock(end);
      if (hasAt(bytes, start, end, NON_GO)) {
        this.#call.stop = start + NON_GO.length;
        this.#call.isCall = true;
      }
    }
    // A name that the end of the text cuts is no name; after a parenthesis it can't be cut.
    this.#isPending = ended || (this.#part === "frames" && this.#call.isCall);
    this.#isCut = !ended && !isProse(bytes, start, end);
  }

  #findLock(end: number): void {
    const address = lockAddress(this.#bytes, this.#call.start, this.#call.stop, end);
    if (address) this.#lock = this.#groups.spans.idOf(address.start, address.stop);
  }

  #place(start: number, end: number, ended: boolean): void {
    const bytes = this.#bytes;
    const from = indentStop(bytes, start, end);
    let stop = placeStop(bytes, from, end);
    if (!this.#isPending) {
      if (hasBefore(bytes, from, end, UNAVAILABLE)) this.#setUnavailable();
      else if (this.#part === "frames") this.#foreign.push(start);
      return;
    }
    const isPlace = endsInLine(bytes, from, stop);
    // Without the offset that follows it, the last line's number may be cut.
    if (!ended && (stop === end || !isPlace)) {
      this.#isCut = true;
      stop = from;
    } else if (!isPlace && stop > from && !this.#call.isCall && this.#part === "frames") {
      this.#foreign.push(this.#call.start, start);
      this.#isPending = false;
      return;
    }
    this.#endCall(from, stop);
  }

  #setUnavailable(): void {
    this.#unavailable = true;
    this.#problems.add("stack-unavailable", this.#begin);
  }

  /** Ends the pending function with its place, which may be empty. */
  #endCall(placeStart: number, placeStop: number): void {
    const { spans } = this.#groups;
    const { start, stop, inlined } = this.#call;
    const func = spans.idOf(start, stop);
    const place = placeStop > placeStart ? spans.idOf(placeStart, placeStop) : 0;
    this.#isPending = false;
    if (this.#part === "creator") {
      this.#groups.createdBy(func, place);
      return;
    }
    this.#groups.frame(func, place, inlined);
    for (const offset of this.#foreign) this.#problems.add("foreign-lines", offset);
    if (this.#foreign.length > 0) this.#foreign = [];
  }

  /** Gives up waiting for a place. Only functions that aren't Go's and creators may lack one; other lines are no functions. */
  #dropCall(): void {
    if (!this.#isPending) return;
    const { start } = this.#call;
    if (this.#part === "creator" || hasAt(this.#bytes, start, this.#bytes.length, NON_GO))
      this.#endCall(0, 0);
    else this.#foreign.push(start);
    this.#isPending = false;
  }

  /** Ends the last goroutine, where the text ends before the line that would follow it. */
  #atEnd(): void {
    const isFunction = this.#isPending && (this.#part === "creator" || this.#call.isCall);
    this.#isCut ||= isFunction || (this.#groups.depth === 0 && !this.#unavailable);
    if (isFunction) this.#endCall(0, 0);
    this.#close();
  }

  #close(): void {
    this.#dropCall();
    const { id, minutes, leaked, lockedToThread, stateStart, stateStop } = this.#header;
    this.#part = "outside";
    if (id === 0) return;
    this.#counted++;
    if (stateStop - stateStart === RUNNING.length && hasAt(this.#bytes, stateStart, stateStop, RUNNING))
      this.#running++;
    const tally = this.#groups.end(this.#labelsOf());
    tally.count++;
    if (tally.ids.length < MOST_IDS) tally.ids.push(id);
    if (minutes > 0) tally.minutes.push(minutes);
    if (leaked) tally.leaked++;
    if (lockedToThread) tally.lockedToThread++;
    if (this.#lock !== 0) tally.locks.set(this.#lock, (tally.locks.get(this.#lock) ?? 0) + 1);
  }

  #labelsOf(): SharedLabels {
    const { labelsStart, labelsStop } = this.#header;
    if (labelsStart === labelsStop) return NO_LABELS;
    const { spans } = this.#groups;
    const id = spans.idOf(labelsStart, labelsStop);
    const labels = this.#labels.get(id) ?? parseLabels(spans.text(id));
    this.#labels.set(id, labels);
    return labels;
  }
}

/** Whether a line that the text ends in is no part of a goroutine, as `exit status 2`: names of functions have no blanks. */
function isProse(bytes: Uint8Array, start: number, end: number): boolean {
  const word = find(bytes, SPACE, start, end);
  if (word === end || word > find(bytes, OPEN_PAREN, start, end)) return false;
  return (
    bytes[start] !== DOT && !hasBefore(bytes, start, word, CREATED) && !hasBefore(bytes, start, word, NON)
  );
}
