import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";
import { type Frame, parseFrame } from "./frame.ts";
import { isBottom } from "./symbol.ts";

/** The kernel stack of one task. */
export interface StackTrace {
  /** Innermost first. Empty with no `unread` diagnostic: the kernel printed a stack that has no frame (a running task). */
  readonly frames: readonly Frame[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Most frames that the kernel prints for `/proc/PID/stack` (`MAX_STACK_TRACE_DEPTH`); deeper ones are cut in silence. */
const MAX_DEPTH = 64;
const REFUSED = /permission denied|operation not permitted|no such (?:file|process)|input\/output error/i;

/**
 * Reads `/proc/PID/stack` of any kernel, or a paste of it. Lines that are no frames (prompts, headers, blank lines)
 * are passed over. Of a text that holds several stacks the first is read.
 */
export function parseStack(text: string): StackTrace {
  return stackOf(linesOf(text));
}

/** {@link parseStack} on lines that keep the numbers they have in the artifact. */
export function stackOf(lines: Iterable<Line>): StackTrace {
  const builder = new StackBuilder();
  let first: Line | undefined;
  for (const line of lines) {
    if (line.text.trim() !== "") first ??= line;
    if (!builder.take(line.text, line.number)) break;
  }
  return builder.finish(first);
}

/** Gathers frames line by line, for texts that hold more than one stack. */
export class StackBuilder {
  readonly #frames: Frame[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  #ended = false;
  #full = false;

  /** Whether any line so far was part of a stack. */
  get started(): boolean {
    return this.#ended || this.#frames.length > 0 || this.#diagnostics.length > 0;
  }

  /** @returns `false` when the line begins another stack, and was not taken */
  take(text: string, number: number): boolean {
    const parsed = parseFrame(text, number);
    if (!parsed) return true;
    if (parsed.is === "end") {
      this.#ended = true;
      return true;
    }
    if (this.#startsAnother(parsed.frames[0])) {
      this.#full = true;
      return false;
    }
    const last = this.#frames.at(-1);
    for (const frame of parsed.frames) {
      // arm32 repeats the caller as the next line's callee, there without its offset.
      const repeated = frame.offset === undefined && last?.offset !== undefined && last.raw === frame.raw;
      if (!repeated) this.#frames.push(frame);
    }
    if (parsed.is === "cut") {
      const message = `line ${number} of the stack is cut`;
      this.#diagnostics.push({ effect: "partial", code: "stack-line-cut", message, line: number });
    }
    return true;
  }

  #startsAnother(next: Frame | undefined): boolean {
    if (this.#ended) return true;
    const last = this.#frames.at(-1);
    if (!last || !next || !last.reliable || !next.reliable) return false;
    return isBottom(last.symbol) && !isBottom(next.symbol);
  }

  /** @param first the first line with anything on it, to say why there is no stack */
  finish(first?: Line): StackTrace {
    const diagnostics = [...this.#diagnostics];
    if (this.#full)
      diagnostics.push({
        effect: "note",
        code: "several-stacks",
        message: "the text holds several stacks; the first was read",
      });
    if (this.#frames.length >= MAX_DEPTH)
      diagnostics.push({
        effect: "note",
        code: "stack-depth",
        message: `the stack has ${this.#frames.length} frames, which is as many as the kernel prints`,
      });
    if (!this.started) diagnostics.push(unreadStack(first));
    return { frames: this.#frames, diagnostics };
  }
}

function unreadStack(first: Line | undefined): Diagnostic {
  if (!first)
    return {
      effect: "unread",
      code: "stack-empty",
      message: "0 bytes: the kernel did not let it be read",
    };
  const line = first.number;
  if (REFUSED.test(first.text))
    return { effect: "unread", code: "stack-refused", message: first.text.trim().slice(0, 200), line };
  const message = `no stack frame was found; the text begins "${first.text.trim().slice(0, 60)}"`;
  return { effect: "unread", code: "stack-no-frames", message, line };
}
