import { type Component, componentNamed, componentOfText } from "./component.ts";
import { flatten } from "./flatten.ts";
import { type LogTime, readTime } from "./log-time.ts";

/** What was put around a line, or how its program writes. */
export type LineForm =
  | "journal-json"
  | "docker-json"
  | "cri"
  | "syslog"
  | "stamped"
  | "klog"
  | "logfmt"
  | "json"
  | "capnslog"
  | "other";

/** One line of a log, taken apart. */
export interface LogLine {
  /** The outermost form; `undefined` for what no logger writes, as the further lines of a dump. */
  readonly form: LineForm | undefined;
  /** Who wrote it, where the line itself tells. */
  readonly component: Component | undefined;
  /** Whether the kernel wrote it, which is another decoder's. */
  readonly isKernel: boolean;
  readonly time: LogTime | undefined;
  /** The machine, where the line names it. */
  readonly host: string | undefined;
  /** What the program wrote, escapes undone. */
  readonly message: string;
}

const BOM = 0xfeff;
const KLOG = /^[IWEFD](\d{4} \d\d:\d\d:\d\d\.\d+) +\d+ [^\s\]]+\] ?/;
const LOGFMT = /^(?:time="?([^"\s]+(?: [^"=\s]+)*)"? level=[a-z]|level=[a-z]+ (?:ts|time|msg)="?([^"\s]*))/;
const CAPNSLOG = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) [CEWNIDT] \| /;
/** Loggers of network plugins, of Java and of Go. */
const OTHERS =
  /^(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+) \[[A-Z]+\]|\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d+)\]\[|(?:[A-Z]{4,5}: )?(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)?) \S)/;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) /;
const CRI_TAG = /^std(?:out|err) [FP](?::\S*)? ?/;
/** A date in any language, a host, a tag: `Apr 12 10:00:00.123456 node-a kubelet[812]: `. */
const SYSLOG_DATE = /^(\S{1,12} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?) /;
const HOST_AND_TAG = /^(\S{1,255}) ([^\s:[\]]{1,64})(?:\[\d{1,10}\])?: ?/;
const JOURNAL_FIELD =
  /"(_SYSTEMD_UNIT|SYSLOG_IDENTIFIER|_COMM|_TRANSPORT|_HOSTNAME|__REALTIME_TIMESTAMP)"\s*:\s*"([^"\\]{0,256})"/g;
const JSON_TIME = /"(?:ts|time|timestamp|@timestamp)"\s*:\s*"?([^",}]{8,40})/;
const JSON_LOGGER = /"(?:level|severity|lvl)"\s*:/i;
const JSON_MESSAGE = /"(?:msg|message|MESSAGE)"\s*:/;
const DOCKER = '{"log":"';

/** A mail or a page quotes it. */
const QUOTED = /^(?:> ?)+/;

/** Takes one line apart. It may be cut at either end. */
export function readLine(text: string): LogLine {
  let line = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  if (line.includes("\0")) line = line.replaceAll("\0", "");
  if (line.startsWith(">")) line = line.replace(QUOTED, "");
  if (line.startsWith("{")) return jsonLine(line);
  const stamp = STAMP.exec(line);
  if (stamp) {
    const time = readTime(line);
    const rest = line.slice(stamp[0].length);
    const tag = CRI_TAG.exec(rest);
    if (tag) return { ...innerLine(rest.slice(tag[0].length), time), form: "cri" };
    return sysline(rest, time, true) ?? { ...innerLine(rest, time), form: innerForm(rest) && "stamped" };
  }
  const date = SYSLOG_DATE.exec(line);
  if (date) {
    const said = sysline(
      line.slice(date[0].length),
      readTime(line) ?? { text: date[1] ?? "", is: "unread" },
      false,
    );
    if (said) return said;
  }
  return innerLine(line, undefined);
}

/** Behind the time of syslog and the journal: a host, a tag, and what the program wrote. */
function sysline(rest: string, time: LogTime | undefined, needsProcess: boolean): LogLine | undefined {
  const match = HOST_AND_TAG.exec(rest);
  const [all = "", host, tag = ""] = match ?? [];
  const isKernel = tag === "kernel";
  const component = isKernel ? undefined : componentNamed(tag);
  // Behind a time like this may stand a program's own words as well: `… panic: oh`.
  if (!match || (needsProcess && !isKernel && component === "other" && !all.includes("["))) return undefined;
  const inner = innerLine(rest.slice(all.length), time);
  return { ...inner, form: "syslog", host, isKernel, component };
}

/** What a program wrote, in the form of its own logger. A time with its zone is worth more than one without. */
function innerLine(text: string, outer: LogTime | undefined): LogLine {
  const own = innerTime(text);
  const time = outer === undefined || (outer.is !== "moment" && own?.is === "moment") ? own : outer;
  const message = flatten(text);
  return {
    form: innerForm(text),
    component: componentOfText(text),
    isKernel: false,
    time,
    host: undefined,
    message,
  };
}

function innerForm(text: string): LineForm | undefined {
  if (KLOG.test(text)) return "klog";
  if (LOGFMT.test(text)) return "logfmt";
  if (CAPNSLOG.test(text)) return "capnslog";
  if (text.startsWith("{")) return isJsonLog(text) ? "json" : undefined;
  return OTHERS.test(text) ? "other" : undefined;
}

const isJsonLog = (text: string): boolean => JSON_LOGGER.test(text) && JSON_MESSAGE.test(text);

function innerTime(text: string): LogTime | undefined {
  const klog = KLOG.exec(text)?.[1];
  if (klog !== undefined) return readTime(klog);
  const logfmt = LOGFMT.exec(text);
  const found = logfmt?.[1] ?? logfmt?.[2] ?? CAPNSLOG.exec(text)?.[1];
  if (found !== undefined) return readTime(found);
  if (text.startsWith("{")) return readTime(JSON_TIME.exec(text)?.[1] ?? "");
  const other = OTHERS.exec(text);
  return readTime(other?.[1] ?? other?.[2] ?? other?.[3] ?? "");
}

function jsonLine(text: string): LogLine {
  if (text.startsWith(DOCKER)) return dockerLine(text);
  if (!text.includes('"MESSAGE"')) return innerLine(text, undefined);
  const fields = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(JOURNAL_FIELD)) fields.set(name, value);
  const micros = Number(fields.get("__REALTIME_TIMESTAMP") ?? Number.NaN);
  const time: LogTime | undefined = Number.isFinite(micros)
    ? { text: new Date(Math.floor(micros / 1000)).toISOString(), seconds: micros / 1e6, is: "moment" }
    : undefined;
  const tag = fields.get("SYSLOG_IDENTIFIER") ?? fields.get("_COMM");
  const unit = fields.get("_SYSTEMD_UNIT");
  const isKernel = fields.get("_TRANSPORT") === "kernel";
  const inner = innerLine(stringAt(text, /"MESSAGE"\s*:\s*"/) ?? text, time);
  const named = [tag, unit].map((name) => (name === undefined ? undefined : componentNamed(name)));
  const component = named.find((each) => each !== undefined && each !== "other") ?? named[0] ?? named[1];
  return {
    ...inner,
    form: fields.size > 0 ? "journal-json" : inner.form,
    component: isKernel ? undefined : component,
    isKernel,
    host: fields.get("_HOSTNAME"),
  };
}

/** Docker's json-file. Its time stands behind the text, where no quote is escaped. */
function dockerLine(text: string): LogLine {
  const at = text.lastIndexOf('"time":"');
  const time = at === -1 ? undefined : readTime(text.slice(at + 8, at + 48));
  return { ...innerLine(stringAt(text, /^\{"log":"/) ?? text, time), form: "docker-json" };
}

/** The string literal of JSON behind a pattern, without its outermost escapes; one that is cut, as far as it goes. */
function stringAt(text: string, pattern: RegExp): string | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const start = match.index + match[0].length;
  let end = start;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  const literal = text.slice(start, end);
  try {
    const parsed: unknown = JSON.parse(`"${literal}"`);
    return typeof parsed === "string" ? parsed.replace(/[\r\n]+$/, "") : literal;
  } catch {
    // No JSON after all, or cut inside an escape: as it stands.
    return literal;
  }
}
