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
}

/** The colours of `dmesg --color=always`. */
const ESCAPES = new RegExp(String.fromCharCode(27) + String.raw`\[[0-9;]*m`, "g");
/** A mail quotes it. */
const QUOTED = /^(?:> ?)+/;
const LEVEL = /^<\d{1,3}>/;
/** syslog, journald's short forms and RFC 5424 dates: a date in any language, a host, a tag. */
const KERNEL_TAG = /^([^\s[].{0,60}?) (\S+) kernel(?:\[\d+\])?: ?/;
const OTHER_TAG =
  /^(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d\S*|\d{4}-\d\d-\d\dT\S+) (\S+) ([\w@./()-]+)(?:\[\d+\])?: /;
const BARE_TAG = /^kernel: /;
const MONOTONIC = /^\[\s*\+?(\d+\.\d+)\s*\]/;
const CALLER = /^\s*\[\s*[TC]\d+(?:\/[^\]]*)?\s*\]/;
const CLOCK = /^\[([^[\]]*\d{1,2}:\d\d:\d\d[^[\]]*)\]/;
const ISO_CLOCK = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d+[+-]\d\d:\d\d) /;

/** Takes the prefixes of one line off, in the order in which loggers stack them up. */
export function logLine(text: string): LogLine {
  let rest = text.includes("\u001b") ? text.replaceAll(ESCAPES, "") : text;
  // Serial consoles leave carriage returns inside the line: what was before one was overwritten on the screen.
  if (rest.includes("\r")) rest = rest.slice(rest.lastIndexOf("\r") + 1);
  rest = rest.replace(QUOTED, "").replace(LEVEL, "");
  let clock: string | undefined;
  let tag: string | undefined;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length);
    return match ?? undefined;
  };
  const tagged = rest.includes("kernel") ? (take(KERNEL_TAG) ?? take(BARE_TAG)) : undefined;
  if (tagged) {
    tag = "kernel";
    clock = tagged[1];
  } else {
    tag = OTHER_TAG.exec(rest)?.[2];
    clock = take(ISO_CLOCK)?.[1];
  }
  rest = rest.replace(LEVEL, "");
  const relative = rest.startsWith("[ +") || rest.startsWith("[+");
  const monotonic = take(MONOTONIC)?.[1];
  if (monotonic === undefined) clock = take(CLOCK)?.[1]?.trim() ?? clock;
  take(CALLER);
  // journalctl -o short-monotonic keeps the host and the tag behind the time.
  if (tag === undefined && monotonic !== undefined && take(/^ \S+ kernel: ?/)) tag = "kernel";
  const time = monotonic === undefined || relative ? undefined : Number(monotonic);
  return {
    body: rest.startsWith(" ") ? rest.slice(1) : rest,
    ...(time === undefined ? {} : { time }),
    ...(clock === undefined ? {} : { clock }),
    ...(tag === undefined ? {} : { tag }),
  };
}
