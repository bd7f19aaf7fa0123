import type { ModelOf } from "../bundle/index.ts";
import type { Cite, HostEvidence } from "../evidence/index.ts";
import { VMSTAT_GAUGE } from "../evidence/index.ts";
import type { Section } from "./change.ts";
import { section } from "./change.ts";
import { metricsOf } from "./cluster-numbers.ts";
import type { Counted } from "./keyed.ts";
import { fallenInWords, growthOf, sizeOf } from "./keyed.ts";

/** What a host counts or measures of one matter, by what is counted; `undefined` where nothing of it was collected. */
export interface Numbers {
  /** Such as `memory (bytes)`. */
  readonly title: string;
  /** Whether it only grows for as long as the machine runs. */
  readonly isCounter: boolean;
  readonly of: (host: HostEvidence) => ReadonlyMap<string, Counted> | undefined;
}

/** One number, and the line that has it. */
type Row = readonly [
  what: string,
  n: number | undefined,
  text: string,
  line: number | undefined,
  room?: number | undefined,
];

/** Reads every artifact of a kind; what several say of one thing adds up, or the last one counts. */
function numbers<Kind extends keyof ModelOf>(
  title: string,
  kind: Kind,
  read: (model: ModelOf[Kind]) => Iterable<Row>,
  { isCounter = false, adds = false }: { readonly isCounter?: boolean; readonly adds?: boolean } = {},
): Numbers {
  return {
    title,
    isCounter,
    of(host) {
      const located = host.models(kind);
      if (located.length === 0) return undefined;
      const found = new Map<string, Counted>();
      for (const { model, artifact } of located) {
        for (const [what, n, text, line, room] of read(model)) {
          if (n === undefined || !Number.isFinite(n)) continue;
          const cite: Cite = {
            artifact: artifact.path,
            text,
            ...(line !== undefined && { where: { line } }),
          };
          found.set(what, { n: adds ? n + (found.get(what)?.n ?? 0) : n, cite, room });
        }
      }
      return found;
    },
  };
}

interface Stated {
  readonly value: number;
  readonly text: string;
  readonly line: number;
}

const facts = (values: ReadonlyMap<string, Stated>): Row[] =>
  [...values].map(([name, { value, text, line }]) => [name, value, text, line]);

/** What is compared as numbers, in the order of the report. */
export const HOST_NUMBERS: readonly Numbers[] = [
  { title: "metrics of the node", isCounter: false, of: (host) => metricsOf(host.models("node-metrics")) },
  numbers("memory (bytes)", "meminfo", ({ values }) => facts(values)),
  numbers(
    "waiting for processor, disk and memory (microseconds in all)",
    "pressure",
    ({ resource, shares }) =>
      shares.map(({ of, total, text, line }) => [`${resource ?? "pressure"} ${of}`, total, text, line]),
    { isCounter: true },
  ),
  numbers(
    "waiting for processor, disk and memory (percent of the last minute)",
    "pressure",
    ({ resource, shares }) =>
      shares.map(({ of, avg60, text, line }) => [`${resource ?? "pressure"} ${of}`, avg60, text, line]),
  ),
  numbers(
    "counters of the virtual memory",
    "vmstat",
    ({ values }) => facts(values).filter(([name]) => !VMSTAT_GAUGE.test(name)),
    { isCounter: true },
  ),
  numbers("pages", "vmstat", ({ values }) => facts(values).filter(([name]) => VMSTAT_GAUGE.test(name))),
  numbers("free memory by size (blocks)", "buddyinfo", function* ({ zones }) {
    for (const { node, zone, blocks, text, line } of zones)
      for (const [order, n] of blocks.entries()) yield [`node ${node} ${zone} order ${order}`, n, text, line];
  }),
  numbers(
    "packets by CPU",
    "softnet-stat",
    function* ({ cpus }) {
      for (const [i, { processed, dropped, squeezed, text, line }] of cpus.entries()) {
        yield [`CPU ${i} processed`, processed, text, line];
        yield [`CPU ${i} dropped`, dropped, text, line];
        yield [`CPU ${i} squeezed`, squeezed, text, line];
      }
    },
    { isCounter: true },
  ),
  numbers(
    "counters of interfaces",
    "ethtool-S",
    function* ({ interfaces }) {
      for (const { name = "an interface", counters } of interfaces)
        for (const [counter, { value, text, line }] of counters)
          yield [`${name} ${counter}`, value, text, line];
    },
    { isCounter: true },
  ),
  numbers("sockets in use", "sockstat", ({ values }) => facts(values)),
  numbers(
    "sockets by state",
    "sockets",
    ({ sockets }) => sockets.map(({ state, text, line }) => [state, 1, text, line]),
    { adds: true },
  ),
  numbers("control groups", "cgroups", ({ counts }) => facts(counts)),
  numbers("use of file systems (bytes, inodes)", "df", ({ fileSystems }) =>
    fileSystems.map(({ mountPoint, of, used, available, text, line }) => [
      `${mountPoint} ${of}`,
      used,
      text,
      line,
      available,
    ]),
  ),
  numbers("use of folders (bytes)", "du", ({ entries }) =>
    entries.map(({ path, bytes, text, line }) => [path, bytes, text, line]),
  ),
  numbers("use by Docker (bytes)", "docker-system-df", ({ entries, totals }) =>
    [...totals, ...entries].map(({ of, name, bytes, text, line }) => [`${of} ${name}`, bytes, text, line]),
  ),
  numbers("connections of virtual servers", "ipvsadm", function* ({ services }) {
    for (const { protocol, address, port, servers } of services)
      for (const { address: to, port: at, active, inactive, text, line } of servers) {
        yield [`${protocol} ${address}:${port} → ${to}:${at} active`, active, text, line];
        yield [`${protocol} ${address}:${port} → ${to}:${at} inactive`, inactive, text, line];
      }
  }),
  numbers(
    "file locks by file",
    "file-locks",
    ({ locks }) =>
      locks.map(({ file, waits, line }) => [`${file} ${waits ? "waited for" : "held"}`, 1, file, line]),
    { adds: true },
  ),
  numbers("freezers and waiting requests", "kernel-files", function* ({ files }) {
    for (const { path, values, lines } of files)
      for (const [key, value] of values)
        yield [
          `${path}${key === "" ? "" : ` ${key}`}`,
          Number(value),
          `${key} ${value}`.trim(),
          lines.get(key),
        ];
  }),
  numbers(
    "lines of the kernel's log",
    "kernel-log",
    ({ events: { eventCounts, events, oomKills } }) => [
      ...[...eventCounts].map(([kind, n]): Row => {
        const line = events.find((event) => event.kind === kind)?.line;
        return [kind, n, `${n} lines of ${kind}`, line];
      }),
      ...(oomKills.length > 0
        ? [
            [
              "killed for want of memory",
              oomKills.length,
              "killed for want of memory",
              oomKills[0]?.line,
            ] as const,
          ]
        : []),
    ],
    { adds: true },
  ),
  numbers(
    "lines of logs that mean something",
    "component-log",
    ({ events }) => events.map(({ signature, count, first }) => [signature, count, first.text, first.line]),
    { adds: true },
  ),
  numbers(
    "errors of CoreDNS by upstream",
    "coredns-log",
    ({ upstreams }) =>
      upstreams.map(({ upstream, failure, count, first }) => [
        `${upstream} ${failure}`,
        count,
        first.text,
        first.line,
      ]),
    { adds: true },
  ),
  { title: "tasks by program and state", isCounter: false, of: tasksByState },
  numbers(
    "threads by their function",
    "user-stacks",
    ({ threads }) =>
      threads.map(({ frames, state, line }) => {
        const at = frames[0]?.function ?? "no frame";
        return [`${at}${state === undefined ? "" : ` [${state}]`}`, 1, at, line];
      }),
    { adds: true },
  ),
];

/** Process ids differ from one bundle to the next. */
function tasksByState({ tasks }: HostEvidence): ReadonlyMap<string, Counted> | undefined {
  const listed = tasks.filter(({ logged }) => logged !== true);
  if (listed.length === 0) return undefined;
  const found = new Map<string, Counted>();
  for (const { comm = "a task", state } of listed) {
    const what = `${comm}${state === undefined ? "" : ` ${state.letter}`}`;
    found.set(what, { n: (found.get(what)?.n ?? 0) + 1 });
  }
  return found;
}

/** Compares what two hosts count or measure. */
export function compareNumbers(before: HostEvidence, after: HostEvidence): Section[] {
  return HOST_NUMBERS.flatMap(({ title, isCounter, of }) => {
    const [then, now] = [of(before), of(after)];
    if (!then || !now) return [];
    const fallen = isCounter
      ? [...now.keys()].filter((what) => (now.get(what)?.n ?? 0) < (then.get(what)?.n ?? 0))
      : [];
    return [section(title, sizeOf(then, now), growthOf(then, now), fallenInWords(fallen))];
  });
}
