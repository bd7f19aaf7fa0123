import { type ZoneState, zoneDetail } from "./allocation-failure.ts";
import { containerOf, podOf } from "./cgroup.ts";
import { defined } from "./defined.ts";
import type { LogPlace } from "./log-place.ts";

/** A process that the kernel killed for want of memory, and what it said about it. Sizes are in kB of 1,024 bytes. */
export interface OomKill extends LogPlace {
  /** What had no memory left: a cgroup at its limit, the node, or the memory nodes that the task may use. Absent where it isn't told. */
  readonly scope?: "memcg" | "node" | "cpuset" | "mempolicy";
  /** Who asked for the memory that wasn't there. */
  readonly invoker?: string;
  /** The cgroup whose limit was reached. */
  readonly limitCgroup?: string;
  /** The cgroup of the victim. */
  readonly victimCgroup?: string;
  /** Of the victim's cgroup, or of the one whose limit was reached. */
  readonly podUid?: string;
  readonly containerId?: string;
  /** Of the cgroup whose limit was reached. */
  readonly usage?: number;
  readonly limit?: number;
  /** How often the cgroup has been at its limit. */
  readonly failcnt?: number;
  readonly victim: OomVictim;
  /** Those that held most, of all that could have been killed; empty where the table isn't in the log. */
  readonly tasks: readonly OomTask[];
  /** How many there were, and what they held together. */
  readonly all: { readonly count: number; readonly rss: number };
  /** The node's memory at that moment, where the node had none left; a cgroup's report doesn't tell. */
  readonly zones: readonly ZoneState[];
  /** Line that says who was killed; the report's first is {@link LogPlace.line}. */
  readonly killLine: number;
  /** That line, without what the logger put before it. */
  readonly killText: string;
}

export interface OomVictim {
  readonly pid: number;
  readonly comm: string;
  /** Anonymous, file and shared memory together, where the line has them. */
  readonly rss?: number;
  readonly anonRss?: number;
  readonly totalVm?: number;
  readonly oomScoreAdj?: number;
}

/** A row of the table of tasks. */
export interface OomTask {
  readonly pid: number;
  readonly comm: string;
  readonly rss: number;
  readonly oomScoreAdj?: number;
}

/** Tasks that are kept of a table. */
const KEPT_TASKS = 20;
/** Lines of one report: a node may have as many tasks as that. */
const LONGEST_REPORT = 40_000;
const USUAL_PAGE = 4;

const INVOKED = /^(.{1,64}?) invoked oom-killer: /;
const OLD_SCOPE = /^Task in (\/\S*) killed as a result of limit of (\/\S*)/;
const USAGE = /^memory: usage (\d+)kB, limit (\d+)kB, failcnt (\d+)/;
const TABLE = /^\[ *pid *\]((?: +[a-z_]+)+) name$/;
const ROW = /^\[ *(\d+)\] +(\d.{0,300})$/;
const CONSTRAINT = /^oom-kill:constraint=CONSTRAINT_(MEMCG|NONE|CPUSET|MEMORY_POLICY),/;
/** `Out of memory: Killed process 7 (a) total-vm:…` and, before 5.1, `… Kill process 7 (a) score 9 or sacrifice child`. */
const CHOSEN =
  /^(Memory cgroup out of memory|Out of memory(?: \([^)]{1,40}\))?): Kill(ed)? process (\d+) \((.{1,64}?)\)(?=,? (?:total-vm|UID|score|$))/;
/** The second line of kernels before 5.1; RHEL's of old have `, UID 679,` before or behind the name. */
const KILLED = /^Killed process (\d+)(?:, UID \d+,)? \((.{1,64}?)\),?(?: UID \d+,)? total-vm:/;

type Draft = {
  -readonly [Member in keyof OomKill]?: OomKill[Member];
} & Pick<OomKill, keyof LogPlace> & { zones: ZoneState[]; rows: OomTask[]; count: number; pages: number };

const SCOPES = { MEMCG: "memcg", NONE: "node", CPUSET: "cpuset", MEMORY_POLICY: "mempolicy" } as const;

/** Puts the lines of the kernel's reports together. They never interleave: the kernel kills one at a time. */
export class OomReader {
  readonly #kills: OomKill[] = [];
  #open: Draft | undefined;
  #columns: readonly string[] | undefined;
  #lines = 0;

  /** Whether a report is being read, so that every line matters. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** @returns whether the line belongs to a report */
  take(body: string, place: () => LogPlace): boolean {
    if (this.#open && ++this.#lines > LONGEST_REPORT) this.#close();
    return (
      this.#begin(body, place) ||
      this.#choose(body, place) ||
      (this.#open !== undefined && this.#detail(body, this.#open, place))
    );
  }

  #begin(body: string, place: () => LogPlace): boolean {
    const invoker = body.includes("oom-killer") ? INVOKED.exec(body)?.[1] : undefined;
    if (invoker !== undefined) {
      this.#close();
      this.#opened(place).invoker = invoker;
      return true;
    }
    if (body.startsWith("Task in /")) {
      const [, victim, limit] = OLD_SCOPE.exec(body) ?? [];
      if (victim === undefined || limit === undefined) return false;
      // Without its first line it begins a report; with it, it is a detail of it.
      const open = this.#open?.limitCgroup === undefined ? this.#opened(place) : this.#anew(place);
      Object.assign(open, { scope: "memcg", victimCgroup: victim, limitCgroup: limit });
      return true;
    }
    if (!body.startsWith("oom-kill:")) return false;
    const constraint = CONSTRAINT.exec(body)?.[1];
    if (constraint === undefined) return false;
    const open = this.#open?.victim === undefined ? this.#opened(place) : this.#anew(place);
    open.scope = SCOPES[constraint as keyof typeof SCOPES];
    Object.assign(open, constrained(body));
    const { line, text } = place();
    open.killLine = line;
    open.killText = text;
    return true;
  }

  #choose(body: string, place: () => LogPlace): boolean {
    const chosen = CHOSEN.exec(body);
    const killed = chosen ? null : KILLED.exec(body);
    const pid = Number(chosen?.[3] ?? killed?.[1]);
    const comm = chosen?.[4] ?? killed?.[2];
    if (comm === undefined) return false;
    const [last] = this.#open ? [] : this.#kills.slice(-1);
    // One kill may be told twice: by a report, and again once the process is dead.
    if (killed && last?.victim.pid === pid && last.victim.rss === undefined && this.#lines < 4) {
      const { line, text } = place();
      this.#kills[this.#kills.length - 1] = {
        ...last,
        victim: victimOf(body, pid, comm),
        killLine: line,
        killText: text,
      };
      return true;
    }
    const open = this.#opened(place);
    if (chosen) open.scope ??= chosen[1]?.startsWith("Memory cgroup") === true ? "memcg" : "node";
    open.victim = victimOf(body, pid, comm);
    const { line, text } = place();
    open.killLine = line;
    open.killText = text;
    // The first of the two lines of old: the second has the sizes.
    if (killed || chosen?.[2] !== undefined) this.#close();
    return true;
  }

  #detail(body: string, open: Draft, place: () => LogPlace): boolean {
    const table = body.startsWith("[") ? TABLE.exec(body)?.[1] : undefined;
    if (table !== undefined) {
      this.#columns = table.trim().split(/ +/);
      return true;
    }
    if (this.#columns && body.startsWith("[")) return this.#row(body, open, this.#columns);
    const usage = body.startsWith("memory: ") ? USAGE.exec(body) : null;
    if (!usage) return /^(?:Node|[A-Z]\w*:? ?free)/.test(body) && zoneDetail(body, open.zones, place);
    [open.usage, open.limit, open.failcnt] = [Number(usage[1]), Number(usage[2]), Number(usage[3])];
    return true;
  }

  #row(body: string, open: Draft, columns: readonly string[]): boolean {
    const [, pid, rest] = ROW.exec(body) ?? [];
    if (pid === undefined || rest === undefined) return false;
    const cells = rest.split(/ +/, columns.length);
    const cell = (name: string): number => Number(cells[columns.indexOf(name)]);
    const rss = cell("rss");
    if (!Number.isSafeInteger(rss)) return false;
    const adj = cell("oom_score_adj");
    const comm = rest.split(/ +/).slice(columns.length).join(" ");
    open.count++;
    open.pages += rss;
    const row = defined({ pid: Number(pid), comm, rss, oomScoreAdj: Number.isNaN(adj) ? undefined : adj });
    insertLargest(open.rows, row);
    return true;
  }

  #opened(place: () => LogPlace): Draft {
    return (this.#open ??= this.#draft(place));
  }

  #anew(place: () => LogPlace): Draft {
    this.#close();
    return this.#opened(place);
  }

  #draft(place: () => LogPlace): Draft {
    this.#lines = 0;
    this.#columns = undefined;
    return { ...place(), zones: [], rows: [], count: 0, pages: 0 };
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    this.#columns = undefined;
    this.#lines = 0;
    // What names no victim was cut, or found nobody to kill.
    if (open?.victim === undefined) return;
    const { rows, count, pages, victim, ...rest } = open;
    const inTable = rows.find(({ pid }) => pid === victim.pid);
    const page = pageSize(inTable?.rss, victim.rss);
    const cgroups = [open.victimCgroup, open.limitCgroup].filter((path) => path !== undefined);
    this.#kills.push({
      ...rest,
      ...defined({
        podUid: cgroups.map(podOf).find((uid) => uid !== undefined),
        containerId: cgroups.map(containerOf).find((id) => id !== undefined),
      }),
      victim,
      killLine: open.killLine ?? open.line,
      killText: open.killText ?? open.text,
      tasks: rows.map((row) => ({ ...row, rss: row.rss * page })),
      all: { count, rss: pages * page },
    });
  }

  finish(): readonly OomKill[] {
    this.#close();
    return this.#kills;
  }
}

/** What `oom-kill:` names; a cgroup's name may have commas in it, so each runs up to the next name. */
function constrained(body: string): Partial<Draft> {
  const between = (from: string, to: string): string | undefined => {
    const start = body.indexOf(from);
    const end = start === -1 ? -1 : body.indexOf(to, start);
    return end === -1 ? undefined : body.slice(start + from.length, end);
  };
  const pid = /,pid=(\d+),uid=\d+/.exec(body)?.[1];
  const comm = between(",task=", ",pid=");
  return defined({
    limitCgroup: between(",oom_memcg=", ",task_memcg="),
    victimCgroup: between(",task_memcg=", ",task="),
    victim: pid === undefined || comm === undefined ? undefined : { pid: Number(pid), comm },
  });
}

function victimOf(body: string, pid: number, comm: string): OomVictim {
  const size = (name: string): number | undefined => {
    const start = body.indexOf(`${name}:`);
    const value = start === -1 ? Number.NaN : Number.parseInt(body.slice(start + name.length + 1), 10);
    return Number.isNaN(value) ? undefined : value;
  };
  const anonRss = size("anon-rss");
  return defined({
    pid,
    comm,
    rss: anonRss === undefined ? undefined : anonRss + (size("file-rss") ?? 0) + (size("shmem-rss") ?? 0),
    anonRss,
    totalVm: size("total-vm"),
    oomScoreAdj: size("oom_score_adj"),
  });
}

/** The table counts pages, whose size it doesn't tell; the victim's own line has kB. */
function pageSize(pages: number | undefined, kilobytes: number | undefined): number {
  if (pages === undefined || kilobytes === undefined || pages < 64) return USUAL_PAGE;
  const ratio = kilobytes / pages;
  return [4, 16, 64].find((size) => Math.abs(ratio - size) < size / 4) ?? USUAL_PAGE;
}

/** Keeps the largest, the largest first. */
function insertLargest(rows: OomTask[], row: OomTask): void {
  const last = rows.at(-1);
  if (rows.length === KEPT_TASKS && last && last.rss >= row.rss) return;
  const at = rows.findIndex(({ rss }) => rss < row.rss);
  rows.splice(at === -1 ? rows.length : at, 0, row);
  if (rows.length > KEPT_TASKS) rows.pop();
}
