import type { Diagnostic, Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What went wrong between CoreDNS and a server that it forwards to. */
export type UpstreamFailure = "timeout" | "refused" | "unreachable" | "other";

/** The failures of one kind at one upstream server. */
export interface UpstreamErrors {
  /** Address and port, as in the log: `10.225.30.181:53`. */
  readonly upstream: string;
  readonly address: string;
  readonly failure: UpstreamFailure;
  readonly count: number;
  /**
   * Those of questions that any server answers: neither CoreDNS's own check for loops (HINFO of a random name) nor names of one label,
   * both of which some servers pass over in silence.
   */
  readonly ordinary: number;
  /** The first line that says so. */
  readonly first: Fact<string>;
  /** Names that could not be resolved, the first few, without last dots. */
  readonly names: readonly string[];
}

/** What a log of CoreDNS, or of a program made from it such as node-local-dns, says of its upstream servers. */
export interface CorednsLog extends Model {
  readonly upstreams: readonly UpstreamErrors[];
  /** Lines in which the `loop` plugin found that CoreDNS forwards to itself; the value is the zone. */
  readonly loops: readonly Fact<string>[];
  /** Lines with which it gave up. */
  readonly fatal: readonly Fact<string>[];
  /** Errors that the `errors` plugin wrote, those that it summed up included. */
  readonly errors: number;
  /** The version that its first lines name. */
  readonly version: Fact<string> | undefined;
}

/** Pairs of a server and a kind of failure that are told apart; a log names few. */
const MAX_UPSTREAMS = 256;
const MAX_NAMES = 5;
const MAX_LINES = 16;

/** `[ERROR] plugin/errors: 2 name. A: reason`; until CoreDNS 1.2 without the plugin's name. The 2 is SERVFAIL. */
const ERROR = /(?:^|\s)\[ERROR\] (?:plugin\/errors: )?(\d{1,4}) (\S+\.) ([A-Z][A-Z0-9]*): (.*)$/;
/** What the plugin's `consolidate` sums up. */
const CONSOLIDATED = /(?:^|\s)\[(?:ERROR|WARNING|INFO)\] plugin\/errors: (\d+) errors? like '/;
/** Go's `net.OpError`: the operation, the network, and the two ends. */
const NET_ERROR =
  /\b(?:read|write|dial) (?:udp|tcp)[46]? (?:\S+->)?(\[[0-9a-f:%.]+\]:\d+|[\d.]+:\d+): (.*)$/i;
const BACKEND = /\bunreachable backend: (?:read|write|dial) (?:udp|tcp)/;
const LOOP =
  /plugin\/loop: (?:Loop \(.*?\) detected(?: for zone "([^"]*)")?|Forwarding loop detected in "([^"]*)" zone|Seen "HINFO IN .*loop detected)/;
const FATAL = /(?:^|\s)\[FATAL\] /;
/** The first lines of a start, and a line of the `log` plugin: they tell whose log it is. */
const BANNER = /(?:^|\s)CoreDNS-(\d+\.\d+\.\d+\S*)$/;
const QUERY = /(?:^|\s)\[INFO\] \S+:\d+ - \d+ "[A-Z0-9]+ IN \S+ (?:udp|tcp) \d+ (?:true|false) \d+" [A-Z]+ /;
const RELOAD = /(?:^|\s)\[INFO\] plugin\/(?:reload|ready|kubernetes): /;
/** What every text is asked first. */
const MAYBE = /plugin\/|CoreDNS-|unreachable backend|\[(?:ERROR|INFO)\] /;
const MARKS = [ERROR, CONSOLIDATED, BACKEND, LOOP, BANNER, QUERY, RELOAD];

interface Draft {
  upstream: string;
  failure: UpstreamFailure;
  count: number;
  ordinary: number;
  first: Fact<string>;
  names: Set<string>;
}

/**
 * Parses a log of CoreDNS, whether as written or with what a container runtime or `kubectl logs --timestamps` puts before each
 * line. Its times are not read.
 */
export function parseCorednsLog(text: string): CorednsLog {
  const drafts = new Map<string, Draft>();
  const loops: Fact<string>[] = [];
  const fatal: Fact<string>[] = [];
  let version: Fact<string> | undefined;
  let errors = 0;
  let refused = 0;
  for (const { text: raw, number: line } of linesOf(text)) {
    const said = unwrapped(raw);
    const fact = { text: said.trim(), line };
    const banner = version ? undefined : BANNER.exec(said)?.[1];
    if (banner !== undefined) version = { ...fact, value: banner };
    const loop = LOOP.exec(said);
    if (loop && loops.length < MAX_LINES) loops.push({ ...fact, value: loop[1] ?? loop[2] ?? "." });
    if (FATAL.test(said) && fatal.length < MAX_LINES) fatal.push({ ...fact, value: said.trim() });
    const summed = CONSOLIDATED.exec(said)?.[1];
    if (summed !== undefined) errors += Number(summed);
    const error = ERROR.exec(said);
    if (!error && !BACKEND.test(said)) continue;
    errors++;
    const [, upstream, reason = ""] = NET_ERROR.exec(said) ?? [];
    if (upstream === undefined) continue;
    const failure = failureOf(reason);
    const key = `${failure} ${upstream}`;
    const draft = drafts.get(key);
    const name = error?.[2]?.toLowerCase().replace(/\.$/, "");
    const ordinary = name === undefined || (name.includes(".") && error?.[3] !== "HINFO") ? 1 : 0;
    if (draft) {
      draft.count++;
      draft.ordinary += ordinary;
      if (name !== undefined && draft.names.size < MAX_NAMES) draft.names.add(name);
    } else if (drafts.size < MAX_UPSTREAMS) {
      const names = new Set(name === undefined ? [] : [name]);
      const first = { ...fact, value: said.trim() };
      drafts.set(key, { upstream, failure, count: 1, ordinary, first, names });
    } else refused++;
  }
  const diagnostics: Diagnostic[] = [];
  if (refused > 0) {
    const message = `${refused} errors name further servers than the first ${MAX_UPSTREAMS}`;
    diagnostics.push({ effect: "partial", code: "many-upstreams", message });
  }
  return { upstreams: [...drafts.values()].map(finished), loops, fatal, errors, version, diagnostics };
}

const finished = (draft: Draft): UpstreamErrors => ({
  ...draft,
  address: addressOf(draft.upstream),
  names: [...draft.names],
});

/** Of `10.0.0.1:53` or `[fd00::1]:53`. */
function addressOf(upstream: string): string {
  const address = upstream.slice(0, upstream.lastIndexOf(":"));
  return address.startsWith("[") ? address.slice(1, -1).toLowerCase() : address;
}

/** Go's words for the errors of a socket. */
function failureOf(reason: string): UpstreamFailure {
  if (/i\/o timeout/.test(reason)) return "timeout";
  if (/connection refused/.test(reason)) return "refused";
  return /no route to host|(?:network|host) is (?:unreachable|down)/.test(reason) ? "unreachable" : "other";
}

/** The line that a program wrote, out of Docker's json-file, whose encoder escapes `>` too. */
function unwrapped(line: string): string {
  if (!line.startsWith('{"log":"')) return line;
  try {
    const parsed: unknown = JSON.parse(line);
    const log = typeof parsed === "object" && parsed !== null && "log" in parsed ? parsed.log : undefined;
    return typeof log === "string" ? log.replace(/\r?\n$/, "") : line;
  } catch {
    // Cut, or no JSON: whatever can be found in it as it stands.
    return line;
  }
}

function isOne(head: string): boolean {
  for (const { text } of linesOf(head)) {
    const said = unwrapped(text);
    if (MARKS.some((mark) => mark.test(said))) return true;
  }
  return false;
}

/** By a line that only CoreDNS writes. */
export const corednsLogFormat: Format<"coredns-log", CorednsLog> = textFormat({
  kind: "coredns-log",
  recognise: (head) => MAYBE.test(head) && isOne(head),
  parse: parseCorednsLog,
});
