import type { ByteSource, Format } from "../bytes/index.ts";
import { decodeText, headText, textChunks } from "../bytes/index.ts";
import type { ApiRequests } from "./api-requests.ts";
import { RequestCounter } from "./api-requests.ts";
import type { Json } from "./json.ts";
import { list, member, text, time } from "./json.ts";
import { requestTarget } from "./request-path.ts";

/** An event of the API server's audit log, whatever its version. */
export const AUDIT_VERSION = /"apiVersion"\s*:\s*"audit\.k8s\.io\/v\d/;
/** Every request has its last stage once; watches are told when they begin as well. */
const LAST_STAGES = new Set(["ResponseComplete", "Panic"]);

/** Reads an audit log: an event a line, or lists of them, as webhooks get them. What is no event is counted. */
export async function readAuditLog(source: ByteSource): Promise<ApiRequests> {
  const counter = new RequestCounter();
  let bad = 0;
  let firstBad = 0;
  for await (const { bytes, line: first } of textChunks(source)) {
    let line = first - 1;
    for (const raw of decodeText(bytes).split("\n")) {
      line++;
      const from = raw.indexOf("{");
      if (from === -1) continue;
      const event = parsed(raw.slice(from));
      if (event === undefined) {
        if (bad++ === 0) firstBad = line;
        continue;
      }
      const items = list(event, "items");
      for (const one of items.length > 0 ? items : [event]) addEvent(counter, one, line);
    }
  }
  if (bad > 0) {
    const message = `${bad} lines are no events, the first at line ${firstBad}`;
    counter.diagnostics.push({ effect: "partial", code: "bad-events", message, line: firstBad });
  }
  return counter.finish(true, true);
}

function addEvent(counter: RequestCounter, event: Json, line: number): void {
  const stage = text(event, "stage");
  if (stage !== undefined && !LAST_STAGES.has(stage)) return;
  const target = requestTarget(text(event, "requestURI") ?? "");
  const resource = text(event, "objectRef", "resource") ?? target?.resource.split("/")[0];
  if (resource === undefined) return;
  const sub = text(event, "objectRef", "subresource");
  const code = member(event, "responseStatus", "code");
  counter.add({
    verb: text(event, "verb") ?? "",
    resource: sub === undefined ? resource : `${resource}/${sub}`,
    namespace: text(event, "objectRef", "namespace") ?? target?.namespace ?? "",
    name: text(event, "objectRef", "name") ?? target?.name ?? "",
    userAgent: text(event, "userAgent") ?? "",
    failed: typeof code === "number" && code >= 400,
    time: time(event, "requestReceivedTimestamp") ?? time(event, "stageTimestamp") ?? Number.NaN,
    line,
  });
}

function parsed(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

/** By the API version of its events. */
export const auditLogFormat: Format<"audit-log", ApiRequests> = {
  kind: "audit-log",
  recognise: (head) => AUDIT_VERSION.test(headText(head) ?? ""),
  decode: readAuditLog,
};
