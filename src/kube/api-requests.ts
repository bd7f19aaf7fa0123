import type { Diagnostic, Model } from "../bytes/index.ts";

/** Requests of one kind that one program made. */
export interface RequestGroup {
  /** The API's word: `get`, `list`, `watch`, `create`, `update` (PUT), `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  /** With its subresource, as in `pods/status`. */
  readonly resource: string;
  /** What the program calls itself: `kube-controller-manager/v1.17.3 (linux/amd64) kubernetes/06ad960/…`; empty where it isn't said. */
  readonly userAgent: string;
  readonly count: number;
  /** Those of them that were answered with 400 or more. */
  readonly failed: number;
  /** Different objects that were named; at least, where there were very many. */
  readonly objects: number;
  /** One-based lines of the first and of the last. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** How many began in each minute, by minutes since 1970; those whose time isn't told are in none. */
  readonly minutes: ReadonlyMap<number, number>;
}

/** Requests that the API server, or one of its clients, has logged. */
export interface ApiRequests extends Model {
  readonly total: number;
  readonly groups: readonly RequestGroup[];
  /** Whether the times have their year; klog's have none, and count from the beginning of 1970. */
  readonly isDated: boolean;
  /** Whether they have their zone, too; else they are taken for UTC's. */
  readonly isZoned: boolean;
}

/** One request. */
export interface ApiRequest {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly userAgent: string;
  readonly failed: boolean;
  /** Seconds since 1970; NaN where it isn't told. */
  readonly time: number;
  readonly line: number;
}

/** What is told apart at most: groups, minutes of all groups, and objects of all groups. */
const MAX_GROUPS = 4096;
const MAX_MINUTES = 2 ** 18;
const MAX_OBJECTS = 2 ** 18;
const LONGEST_AGENT = 200;

interface Draft {
  verb: string;
  resource: string;
  userAgent: string;
  count: number;
  failed: number;
  firstLine: number;
  lastLine: number;
  readonly seen: Set<string>;
  readonly minutes: Map<number, number>;
}

/** Counts requests. */
export class RequestCounter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #groups = new Map<string, Draft>();
  #total = 0;
  #minutes = 0;
  #objects = 0;
  #left = 0;

  add({ verb, resource, namespace, name, userAgent, failed, time, line }: ApiRequest): void {
    this.#total++;
    const agent = userAgent.slice(0, LONGEST_AGENT);
    const key = `${verb} ${resource} ${agent}`;
    let group = this.#groups.get(key);
    if (!group) {
      if (this.#groups.size === MAX_GROUPS) {
        this.#left++;
        return;
      }
      const none = { count: 0, failed: 0, firstLine: line, lastLine: line };
      group = { verb, resource, userAgent: agent, ...none, seen: new Set(), minutes: new Map() };
      this.#groups.set(key, group);
    }
    group.count++;
    if (failed) group.failed++;
    group.lastLine = line;
    const object = `${namespace}/${name}`;
    if (name !== "" && this.#objects < MAX_OBJECTS && !group.seen.has(object)) {
      group.seen.add(object);
      this.#objects++;
    }
    const minute = Math.floor(time / 60);
    if (Number.isNaN(minute)) return;
    const before = group.minutes.get(minute);
    if (before === undefined && this.#minutes++ >= MAX_MINUTES) return;
    group.minutes.set(minute, (before ?? 0) + 1);
  }

  finish(isDated: boolean, isZoned: boolean): ApiRequests {
    if (this.#left > 0) {
      const message = `${this.#left} requests are of further kinds than the first ${MAX_GROUPS}`;
      this.diagnostics.push({ effect: "partial", code: "many-kinds-of-request", message });
    }
    const groups = Array.from(this.#groups.values(), ({ seen, ...group }) => ({
      ...group,
      objects: seen.size,
    }));
    groups.sort((a, b) => b.count - a.count || (a.verb + a.resource < b.verb + b.resource ? -1 : 1));
    return { total: this.#total, groups, isDated, isZoned, diagnostics: this.diagnostics };
  }
}
