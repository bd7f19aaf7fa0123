import type { Diagnostic, Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { isRedacted } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** Kernel parameters as they were in force (`sysctl -a`, or files of `/proc/sys`). */
export interface Sysctl extends Model {
  /**
   * By dotted key, such as `net.ipv4.tcp_tw_recycle`. A key that isn't here was not collected, which says nothing
   * about its value. `undefined` as a value means that a redactor blanked it out.
   */
  readonly values: ReadonlyMap<string, Fact<string | undefined>>;
  /** Keys that the artifact gives two values: which of them was in force isn't known. */
  readonly contradicted: ReadonlySet<string>;
}

/** `key = value`, with the key dotted or as a path below `/proc/sys`, perhaps behind a `grep -r` prefix's slash form. */
const ASSIGNMENT = /^\s*(?:\/proc\/sys\/)?([a-z][\w-]*(?:[./][\w:@*-]+)+)\s*=[ \t]*(.*?)\s*$/;
/** A line that only a live kernel's listing has, such as a refusal to read a key. */
const COMPLAINT = /^sysctl: /;
/** Files that say what should be set at boot: not what is in force. */
const CONFIGURATION = /(?:^|\/)sysctl\.d\/|\.conf(?:\.gz)?$/;
const PROC_SYS = /(?:^|\/)proc\/sys\/((?:net|kernel|vm|fs)\/[\w./:@-]+)$/;

/** Parses `sysctl -a` and lists like it. Lines that assign nothing are passed over. */
export function parseSysctl(text: string): Sysctl {
  const values = new Map<string, Fact<string | undefined>>();
  const contradicted = new Set<string>();
  for (const line of linesOf(text)) {
    const [, key, value] = ASSIGNMENT.exec(line.text) ?? [];
    if (key === undefined || value === undefined) continue;
    const known = isRedacted(value) ? undefined : value;
    const name = dotted(key);
    const before = values.get(name);
    if (before && before.value !== known) contradicted.add(name);
    values.set(name, { value: known, text: line.text.trim(), line: line.number });
  }
  const diagnostics: Diagnostic[] =
    values.size > 0
      ? []
      : [{ effect: "unread", code: "no-values", message: "no line assigns a kernel parameter" }];
  return { values, contradicted, diagnostics };
}

/** A JSON map of keys to values, as troubleshoot.sh's `host-collectors/system/sysctl.json` is. */
const JSON_MAP = /^\s*\{\s*"[a-z][\w-]*(?:[./][\w:@*-]+)+"\s*:\s*"/;

function parseSysctlJson(text: string): Sysctl {
  const values = new Map<string, Fact<string | undefined>>();
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch {
    const message = "the JSON can't be parsed: it is cut short, or isn't JSON";
    return {
      values,
      contradicted: new Set(),
      diagnostics: [{ effect: "unread", code: "bad-json", message }],
    };
  }
  let at = 0;
  let line = 1;
  for (const [key, value] of Object.entries(map ?? {})) {
    if (typeof value !== "string") continue;
    // Keys come in the order of the text, unless one is a number, which no parameter is.
    const place = text.indexOf(`"${key}"`, at);
    while (at < place) if (text.charCodeAt(at++) === 10) line++;
    const known = isRedacted(value) ? undefined : value.trim();
    values.set(dotted(key), { value: known, text: `${key} = ${value.trim()}`, line });
  }
  return { values, contradicted: new Set(), diagnostics: [] };
}

/** One file of `/proc/sys`, whose path is the key. */
function parseProcSys(text: string, path: string): Sysctl {
  const key = dotted(PROC_SYS.exec(path)?.[1] ?? path);
  const value = text.trim();
  if (value === "") {
    return {
      values: new Map(),
      contradicted: new Set(),
      diagnostics: [
        { effect: "unread", code: "empty", message: `${key} is empty: the key could not be read` },
      ],
    };
  }
  const known = isRedacted(value) ? undefined : value;
  return {
    values: new Map([[key, { value: known, text: `${key} = ${value}`, line: 1 }]]),
    contradicted: new Set(),
    diagnostics: [],
  };
}

/** Interface names may hold dots: in the slash form only slashes separate. */
const dotted = (key: string): string => (key.includes("/") ? key.replaceAll("/", ".") : key);

/** `sysctl -a` output and files under `proc/sys/`, recognised by their lines; boot configuration is left alone. */
export const sysctlFormat: Format<"sysctl", Sysctl> = textFormat({
  kind: "sysctl",
  recognise(head, path) {
    if (CONFIGURATION.test(path)) return false;
    if (PROC_SYS.test(path) || JSON_MAP.test(head)) return true;
    let assignments = 0;
    let others = 0;
    for (const { text } of linesOf(head)) {
      if (ASSIGNMENT.test(text) && !text.trimStart().startsWith("#")) assignments++;
      else if (text.trim() !== "" && !COMPLAINT.test(text)) others++;
    }
    return assignments > 0 && assignments >= others * 4;
  },
  parse(text, path) {
    if (PROC_SYS.test(path)) return parseProcSys(text, path);
    return JSON_MAP.test(text) ? parseSysctlJson(text) : parseSysctl(text);
  },
});
