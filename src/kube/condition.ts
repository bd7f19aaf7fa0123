import type { Json } from "./json.ts";
import { list, text, time } from "./json.ts";

/** One of an object's `status.conditions`. */
export interface Condition {
  /** Such as `Ready`. */
  readonly type: string;
  /** `True`, `False` or `Unknown`; `NotTrue` where a table shows no more than that. */
  readonly status: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** When the status last became another, in seconds since 1970. */
  readonly since: number | undefined;
  /** When it was last heard of, of a Node's. */
  readonly heartbeat: number | undefined;
}

/** The conditions of an object; none where there are none. */
export function conditionsOf(value: Json | undefined): readonly Condition[] {
  return list(value, "status", "conditions").flatMap((each) => {
    const [type, status] = [text(each, "type"), text(each, "status")];
    if (type === undefined || status === undefined) return [];
    return [
      {
        type,
        status,
        reason: text(each, "reason"),
        message: text(each, "message"),
        since: time(each, "lastTransitionTime"),
        heartbeat: time(each, "lastHeartbeatTime"),
      },
    ];
  });
}
