import { memo } from "../bytes/index.ts";
import { dateOf } from "./describe-object.ts";
import { ageOf, repetitionOf } from "./duration.ts";
import { member, numberAt, text, time } from "./json.ts";
import type { KubeObject } from "./kube-object.ts";

/** An Event of the API, v1's or of events.k8s.io, or a row that shows one. */
export interface KubeEvent {
  readonly object: KubeObject;
  readonly uid: string | undefined;
  /** `Normal` or `Warning`. */
  readonly type: string | undefined;
  /** Such as `Killing`. */
  readonly reason: string;
  readonly message: string;
  /** What it happened to. */
  readonly about: {
    readonly kind: string | undefined;
    readonly namespace: string | undefined;
    readonly name: string | undefined;
    readonly uid: string | undefined;
    /** The part of it, such as `spec.containers{web}`. */
    readonly fieldPath: string | undefined;
  };
  /** How often it happened; a table without a count tells of one time at least. */
  readonly count: number | undefined;
  /** Seconds since 1970. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Seconds between the first and the last time, of a row too, which tells them as ages. */
  readonly lasted: number | undefined;
  /** Seconds from the last time until the row was printed. */
  readonly lastAgo: number | undefined;
  /** Who tells it, such as `kubelet`. */
  readonly component: string | undefined;
  /** The node of a kubelet. */
  readonly host: string | undefined;
}

/**
 * What an object says as an event; read once.
 *
 * @returns `undefined` where the object is no event, or has neither reason nor message
 */
export function eventOf(object: KubeObject): KubeEvent | undefined {
  return object.kind === "Event" ? readEvent(object) : undefined;
}

const readEvent = memo((object: KubeObject): KubeEvent | undefined => {
  const { value } = object;
  const [reason, message] = [text(value, "reason"), text(value, "message") ?? text(value, "note")];
  if (reason === undefined && message === undefined) return undefined;
  const about = member(value, "involvedObject") ?? member(value, "regarding");
  return {
    object,
    uid: text(value, "metadata", "uid"),
    type: text(value, "type"),
    reason: reason ?? "",
    message: message ?? "",
    about: {
      kind: text(about, "kind"),
      namespace: text(about, "namespace") ?? text(value, "metadata", "namespace"),
      name: text(about, "name"),
      uid: text(about, "uid"),
      fieldPath: text(about, "fieldPath"),
    },
    component:
      text(value, "source", "component") ??
      text(value, "deprecatedSource", "component") ??
      text(value, "reportingComponent") ??
      text(value, "reportingController"),
    host: text(value, "source", "host") ?? text(value, "deprecatedSource", "host"),
    ...(object.isWhole ? timesOf(object) : shownTimes(object)),
  };
});

type Times = Pick<KubeEvent, "count" | "first" | "last" | "lasted" | "lastAgo">;

function timesOf({ value }: KubeObject): Times {
  // What happened once has only an eventTime; what came again, a series.
  const once = time(value, "eventTime");
  const first = time(value, "firstTimestamp") ?? time(value, "deprecatedFirstTimestamp") ?? once;
  const last =
    time(value, "series", "lastObservedTime") ??
    time(value, "lastTimestamp") ??
    time(value, "deprecatedLastTimestamp") ??
    once;
  const count =
    numberAt(value, "series", "count") ?? numberAt(value, "count") ?? numberAt(value, "deprecatedCount");
  const lasted = first === undefined || last === undefined ? undefined : Math.max(0, last - first);
  return { count, first, last, lasted, lastAgo: undefined };
}

function shownTimes({ shown, value }: KubeObject): Times {
  const cell = (...names: readonly string[]): string | undefined =>
    names.map((name) => shown.get(name)).find((text) => text !== undefined);
  const last = cell("LAST SEEN", "LASTSEEN", "Age", "LastSeen") ?? "";
  const first = cell("FIRST SEEN", "FIRSTSEEN", "FirstSeen");
  const told = repetitionOf(last);
  const firstAgo = told?.firstAgo ?? ageOf(first);
  const [firstAt, lastAt] = [momentOf(first), momentOf(last)];
  const between =
    firstAt !== undefined && lastAt !== undefined
      ? lastAt - firstAt
      : told !== undefined && firstAgo !== undefined
        ? firstAgo - told.lastAgo
        : undefined;
  return {
    count: told?.count ?? numberAt(value, "count"),
    first: firstAt,
    last: lastAt,
    lasted: between === undefined ? undefined : Math.max(0, between),
    lastAgo: told?.lastAgo,
  };
}

/** `2017-08-14 16:59:17 -0500 CDT`, as kubectl prints times while it watches, or a date of `describe`. */
function momentOf(written: string | undefined): number | undefined {
  const [, day, clock, hours, minutes] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([-+]\d\d)(\d\d)(?: \w+)?$/.exec(written ?? "") ?? [];
  const iso = day === undefined ? dateOf(written) : `${day}T${clock}${hours}:${minutes}`;
  const millis = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(millis) ? undefined : millis / 1000;
}
