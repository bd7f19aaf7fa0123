/** One line of a kernel log without what the logger put before it. */
export interface LogLine {
  /** The message; its own indentation is kept. */
  readonly body: string;
  /** Seconds since boot, where the line has them. */
  readonly time?: number;
  /** The time of day as printed (`Sep 19 13:28:09`, `Sa Nov 15 16:15:41 2020`): zone and language are the machine's. */
  readonly clock?: string;
  /** Who wrote it: `kernel`, another program's tag, or absent where the line has no tag. */
  readonly tag?: string;
  /** The task (`T41`) or CPU (`C0`) that printed it, where the kernel says so (`CONFIG_PRINTK_CALLER`): what one prints belongs together. */
  readonly caller?: string;
}

/** The colours of `dmesg --color=always`. */
const ESCAPES = new RegExp(String.fromCharCode(27) + String.raw`\[[0-9;]*m`, "g");
/** A mail quotes it. */
const QUOTED = /^(?:> ?)+/;
const LEVEL = /^<\d{1,3}>/;
/** The tag of syslog and journald; before it stand a date, in any form and language, and a host. */
const KERNEL_TAG = /^ kernel(?:\[\d+\])?: ?/;
const OTHER_TAG =
  /^(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d\S*|\d{4}-\d\d-\d\dT\S+) (\S+) ([\w@./()-]+)(?:\[\d+\])?: /;
const MONOTONIC = /^\[\s*(\+?)(\d+\.\d+)\s*\]/;
const CALLER = /^\s*\[\s*([TC]\d+)(?:\/[^\]]*)?\s*\]/;
const CLOCK = /^\[([^[\]]*\d{1,2}:\d\d:\d\d[^[\]]*)\]/;
const ISO_CLOCK = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d+[+-]\d\d:\d\d) /;
/** A date and a host end within so many characters. */
const TAG_WITHIN = 100;

/** Takes the prefixes of one line off, in the order in which loggers stack them up. */
export function logLine(text: string): LogLine {
  let rest = text.includes("\u001b") ? text.replaceAll(ESCAPES, "") : text;
  // Serial consoles leave carriage returns inside the line: what was before one was overwritten on the screen.
  if (rest.includes("\r")) rest = rest.slice(rest.lastIndexOf("\r") + 1);
  if (rest.startsWith(">")) rest = rest.replace(QUOTED, "");
  if (rest.startsWith("<")) rest = rest.replace(LEVEL, "");
  const tagged = kernelTag(rest);
  let tag = tagged?.tag;
  let clock = tagged?.clock;
  if (tagged) rest = tagged.rest;
  else if (!rest.startsWith("[")) {
    tag = OTHER_TAG.exec(rest)?.[2];
    clock = ISO_CLOCK.exec(rest)?.[1];
    if (clock !== undefined) rest = rest.slice(clock.length + 1);
  }
  if (rest.startsWith("<")) rest = rest.replace(LEVEL, "");
  let time: number | undefined;
  let caller: string | undefined;
  if (rest.startsWith("[")) {
    const monotonic = MONOTONIC.exec(rest);
    const wall = monotonic ? undefined : CLOCK.exec(rest);
    rest = rest.slice((monotonic ?? wall)?.[0].length ?? 0);
    // `dmesg -d` gives the time since the line before.
    if (monotonic?.[1] === "") time = Number(monotonic[2]);
    clock = wall?.[1]?.trim() ?? clock;
    const printer = rest.startsWith("[") || rest.startsWith(" [") ? CALLER.exec(rest) : null;
    if (printer) {
      caller = printer[1];
      rest = rest.slice(printer[0].length);
    }
    // journalctl -o short-monotonic keeps the host and the tag behind the time.
    const late = monotonic && tag === undefined ? /^ \S+ kernel: ?/.exec(rest) : null;
    if (late) {
      tag = "kernel";
      rest = rest.slice(late[0].length);
    }
  }
  const line: { -readonly [Member in keyof LogLine]: LogLine[Member] } = {
    body: rest.startsWith(" ") ? rest.slice(1) : rest,
  };
  if (time !== undefined) line.time = time;
  if (clock !== undefined) line.clock = clock;
  if (tag !== undefined) line.tag = tag;
  if (caller !== undefined) line.caller = caller;
  return line;
}

/** `Sep 19 13:28:09 host kernel: `, or `kernel: ` alone. */
function kernelTag(text: string): { tag: string; clock?: string; rest: string } | undefined {
  if (text.startsWith("kernel: ")) return { tag: "kernel", rest: text.slice(8) };
  const at = text.indexOf(" kernel");
  if (at <= 0 || at > TAG_WITHIN || text.startsWith("[")) return undefined;
  const match = KERNEL_TAG.exec(text.slice(at, at + 24));
  if (!match) return undefined;
  const host = text.lastIndexOf(" ", at - 1);
  // Behind a colon another program speaks.
  if (host <= 0 || text[at - 1] === ":" || text.slice(0, at).includes(": ")) return undefined;
  return { tag: "kernel", clock: text.slice(0, host), rest: text.slice(at + match[0].length) };
}
