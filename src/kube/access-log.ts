import type { ByteSource, Format } from "../bytes/index.ts";
import { decodeText, headText, textChunks } from "../bytes/index.ts";
import type { ApiRequest, ApiRequests } from "./api-requests.ts";
import { RequestCounter } from "./api-requests.ts";
import { requestTarget, verbOf } from "./request-path.ts";

/** `PUT /api/v1/… : (4ms) 200`, `PUT https://…/api/v1/… 200 OK in`, `"PUT /api/v1/… HTTP/2.0" 200`. What a lookahead took is not tried again in parts. */
const PLAIN =
  /\b(GET|LIST|WATCH|HEAD|PUT|POST|PATCH|DELETE) (?:https?:\/\/[^\s/]{1,255})?(?=(\/apis?\/[^\s"]{1,2000}))\2(?: HTTP\/[\d.]{1,3}"?)?(?: \([^)]{1,40}\))? (\d{3})\b/;
/** `"HTTP" verb="PUT" URI="/api/v1/…" latency="4ms" userAgent="…" … resp=200`, from 1.19 on. */
const KEYED = /\bverb="(\w{3,20})" URI="(\/apis?\/[^"]{1,2000})"/;
const RESPONSE = /\bresp=(\d{3})\b/;
const KEYED_AGENT = /\b[uU]serAgent="([^"]{0,400})"/;
/** Behind the answer: the agent and the client's address. */
const PLAIN_AGENT = / \d{3}(?: \S{1,20})? \[([^\]]{1,400}) \S{1,60}\]/;
const CLF_AGENT = /"([^"]{1,400})"\s*$/;

/** klog's `I0119 03:40:01.123456`, RFC 3339 in front, and the common log format. */
const KLOG_TIME = /\b[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.\d{3,9}\s/;
const ISO_TIME = /^\D{0,20}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(Z|[-+]\d\d:?\d\d)?/;
const CLF_TIME = /\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([-+]\d\d)(\d\d)\]/;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Reads lines in which the API server, a proxy before it, or a client logs requests to the API; other lines are passed over. */
export async function readAccessLog(source: ByteSource): Promise<ApiRequests> {
  const counter = new RequestCounter();
  let undated = 0;
  let unzoned = 0;
  for await (const { bytes, line: first } of textChunks(source)) {
    let line = first - 1;
    for (const raw of decodeText(bytes).split("\n")) {
      line++;
      if (!raw.includes("/api")) continue;
      const request = requestIn(raw.length > 8192 ? raw.slice(0, 8192) : raw, line);
      if (!request) continue;
      const dated = timeIn(raw);
      if (dated?.isDated === false) undated++;
      if (dated?.isZoned === false) unzoned++;
      counter.add({ ...request, time: dated?.time ?? Number.NaN });
    }
  }
  return counter.finish(undated === 0, unzoned === 0);
}

function requestIn(text: string, line: number): Omit<ApiRequest, "time"> | undefined {
  const keyed = KEYED.exec(text);
  const plain = keyed ? undefined : PLAIN.exec(text);
  const [, method = "", uri = ""] = keyed ?? plain ?? [];
  // In the first form a colon stands behind the path.
  const target = uri === "" ? undefined : requestTarget(uri.replace(/:$/, ""));
  if (!target) return undefined;
  const answer = keyed ? RESPONSE.exec(text)?.[1] : plain?.[3];
  // Such a line is written when the request has ended; what is cut tells no answer.
  if (answer === undefined) return undefined;
  const agent = keyed ? KEYED_AGENT.exec(text) : (PLAIN_AGENT.exec(text) ?? CLF_AGENT.exec(text));
  return {
    verb: verbOf(method, target),
    resource: target.resource,
    namespace: target.namespace,
    name: target.name,
    userAgent: agent?.[1] ?? "",
    failed: Number(answer) >= 400,
    line,
  };
}

interface Dated {
  readonly time: number;
  readonly isDated: boolean;
  readonly isZoned: boolean;
}

function timeIn(line: string): Dated | undefined {
  const iso = ISO_TIME.exec(line);
  if (iso) {
    const time = Date.parse(
      `${(iso[1] ?? "").replace(" ", "T")}${(iso[2] ?? "Z").replace(/(\d\d)(\d\d)$/, "$1:$2")}`,
    );
    return { time: time / 1000, isDated: true, isZoned: iso[2] !== undefined };
  }
  const [, month, day, hour, minute, second] = (KLOG_TIME.exec(line) ?? []).map(Number);
  if (month !== undefined)
    return {
      time: Date.UTC(1970, month - 1, day, hour, minute, second) / 1000,
      isDated: false,
      isZoned: false,
    };
  const [, date, name = "", year, clock, zone, minutes] = CLF_TIME.exec(line) ?? [];
  if (date === undefined) return undefined;
  const number = String(MONTHS.indexOf(name) / 3 + 1).padStart(2, "0");
  return {
    time: Date.parse(`${year}-${number}-${date}T${clock}${zone}:${minutes}`) / 1000,
    isDated: true,
    isZoned: true,
  };
}

/** By a line that logs a request to the API. */
export const accessLogFormat: Format<"api-access-log", ApiRequests> = {
  kind: "api-access-log",
  recognise(head) {
    const text = headText(head);
    if (text === undefined) return false;
    if (!text.includes("/api")) return false;
    return text
      .split("\n")
      .some((line) => line.includes("/api") && requestIn(line.slice(0, 8192), 0) !== undefined);
  },
  decode: readAccessLog,
};
