import { foldSymbol } from "./symbol.ts";

/** One frame of a kernel stack. */
export interface Frame {
  /** The function under its one name, see {@link foldSymbol}; a bare address (`0xffffffffc0123456`) where no name was printed. */
  readonly symbol: string;
  /** The function as printed. */
  readonly raw: string;
  /** Bytes into the function; absent for inlined frames of decoded traces and where the line is cut. */
  readonly offset?: number;
  /** The function's size in bytes. */
  readonly size?: number;
  /** The module that holds it, without its build id. */
  readonly module?: string;
  /** `false` for `? f`: an address found on the stack that need not be a caller. */
  readonly reliable: boolean;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** What one line of text says about a stack. */
export type FrameLine =
  | { readonly is: "frames"; readonly frames: readonly Frame[] }
  /** The end marker of older kernels, `0xffffffffffffffff`. */
  | { readonly is: "end" }
  /** A frame whose line was cut; `frames` has it when its function's name was complete enough to print. */
  | { readonly is: "cut"; readonly frames: readonly Frame[] };

/** Longer lines are no frames; the bound also keeps hostile ones cheap. */
const LONGEST = 512;
const ADDRESS = /\[<([0-9a-f]+)>\]/i;
const PPC_ADDRESSES = /^\[[0-9a-f]{8,16}\]\s+\[[0-9a-f]{8,16}\]\s+/;
const END = /^0x(?:f{8}|f{16})$/;
const BARE = /^0x[0-9a-f]{6,16}$/;
const FRAME = /^(?:(\?) )?([^\s+()[\]<>?]+)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(.*)$/;
/** Module with flags and build id, the unwinder's note, source position and `[inline]` of a decoded trace. */
const TAIL =
  /^(?:\s+\[([\w-]+)(?:\([A-Z]+\))?(?:\s+[0-9a-f]{8,40})?\])?(?:\s*\(([A-Za-z]+)\))?(?:\s+\S+\.\w+:\d+)?(?:\s+\[inline\])?(?:\s+\(discriminator \d+\))?$/;
const INLINED = /^([A-Za-z_][\w.]*)\s+\S+\.[a-zA-Z]+:\d+ \[inline\]$/;
const ARM = /^\((\S+?)\) from (?:\[<[0-9a-f]+>\] )?\(([^()]+)\)$/;
const ARM_PLAIN = /^([\w.]+) from (\S+\+0x[0-9a-f]+\/0x[0-9a-f]+.*)$/;
const CUT = /^(\? )?([A-Za-z_][\w.]*)?(\+(?:0x?[0-9a-f]*(?:\/(?:0x?[0-9a-f]*)?)?)?)?$/;

/**
 * Reads one line as a frame of a kernel stack, in any form that `/proc/PID/stack`, a kernel log or a paste of them
 * shows it: with an address, `[<0>]` or neither; behind numbers, quote marks or columns.
 *
 * @param text one line without its ending
 * @returns `undefined` for a line that is no frame
 */
export function parseFrame(text: string, line: number): FrameLine | undefined {
  if (text.length > LONGEST) return undefined;
  let rest = text.includes("&lt;") ? text.replaceAll("&lt;", "<").replaceAll("&gt;", ">") : text;
  const address = rest.includes("[<") ? ADDRESS.exec(rest) : null;
  if (address) {
    const before = rest.slice(0, address.index);
    if (before.includes("+0x")) return undefined;
    rest = rest.slice(address.index + address[0].length).trim();
    // s390 wraps the whole frame: `([<…>] f+0x1/0x2)`.
    if (before.endsWith("(")) rest = rest.replace(/\)$/, "");
  } else {
    if (!rest.includes("+0x") && !rest.includes("[inline]") && !rest.includes("0xffffffff")) return undefined;
    rest = rest.trim();
    if (rest.startsWith(">")) rest = rest.replace(/^(?:> ?)+/, "");
    if (rest.startsWith("[")) rest = rest.replace(PPC_ADDRESSES, "");
    // No symbol begins with a digit: it is the number of the listing's line, however close.
    else if (/^\d/.test(rest)) rest = rest.replace(/^\d+(?:[.:)]\s*|\s+|(?=[A-Z_a-wyz]))/, "");
  }
  if (rest.startsWith("0x") && END.test(rest)) return { is: "end" };
  // Without `[<…>]` in front a lone number may be anything.
  if (address && BARE.test(rest)) return frames({ symbol: rest, raw: rest, reliable: true, line });
  const whole = wholeFrame(rest, line);
  if (whole) return frames(whole);
  const inlined = INLINED.exec(rest)?.[1];
  if (inlined) return frames({ symbol: foldSymbol(inlined), raw: inlined, reliable: true, line });
  return armFrames(rest, line) ?? (address ? cutFrame(rest, line) : undefined);
}

function frames(...list: Frame[]): FrameLine {
  return { is: "frames", frames: list };
}

function wholeFrame(text: string, line: number): Frame | undefined {
  const match = FRAME.exec(text);
  if (!match) return undefined;
  const [, question, raw = "", offset = "", size = "", after = ""] = match;
  const tail = after === "" ? [] : TAIL.exec(after);
  if (!tail) return undefined;
  const [, module, note] = tail;
  const symbol = foldSymbol(raw);
  const reliable = question === undefined && note !== "unreliable";
  const at = {
    symbol,
    raw,
    offset: Number.parseInt(offset, 16),
    size: Number.parseInt(size, 16),
    reliable,
    line,
  };
  return module === undefined ? at : { ...at, module };
}

/** arm32 prints each call twice, as callee and as caller: `(f) from (g+0x1/0x2)`, then `(g) from (h+…)`. */
function armFrames(text: string, line: number): FrameLine | undefined {
  const [, callee, caller] = ARM.exec(text) ?? ARM_PLAIN.exec(text) ?? [];
  if (callee === undefined || caller === undefined) return undefined;
  const outer = wholeFrame(caller, line);
  const inner: Frame = { symbol: foldSymbol(callee), raw: callee, reliable: true, line };
  return outer ? frames(inner, outer) : frames(inner);
}

function cutFrame(text: string, line: number): FrameLine | undefined {
  const match = CUT.exec(text);
  if (!match) return undefined;
  const [, question, raw] = match;
  if (raw === undefined) return { is: "cut", frames: [] };
  return {
    is: "cut",
    frames: [{ symbol: foldSymbol(raw), raw, reliable: question === undefined, line }],
  };
}
