import type { Attempt } from "../attempts.ts";
import { endText } from "./ends.ts";
import type { TcpListenerRow, TcpView } from "./tcp-view.ts";
import {
  type Clock,
  type Column,
  frameText,
  listTable,
  shownText,
  spanText,
  textTable,
  timeText,
} from "./text.ts";

type Listed = TcpView["list"][number];

/** What stands for an outcome in a table's head, in its order. */
const OUTCOMES = [
  ["answered", "ok"],
  ["answered-late", "late"],
  ["refused", "refused"],
  ["icmp", "ICMP"],
  ["unanswered", "silent"],
  ["challenge-ack", "challenged"],
  ["answer-unseen", "unseen"],
  ["undecided", "open"],
] as const;

/** A {@link TcpView} as a table, line by line. */
export function* renderTcp(view: TcpView, { utc = false }: { utc?: boolean } = {}): Generator<string, void> {
  const tally = OUTCOMES.filter(([name]) => view.outcomes[name] > 0)
    .map(([name]) => `${view.outcomes[name]} ${name}`)
    .join(", ");
  const attempts = shownText(view.attempts, view.among, "connection attempt");
  yield tally === "" ? attempts : `${attempts}: ${tally}`;
  if (view.attempts === 0) return;
  yield "";
  if (view.list.length > 0) {
    yield* listTable(view.list, view.of, ["attempt", "attempts"], serverText, (hasServers) =>
      listColumns({ start: view.start, utc }, hasServers),
    );
    return;
  }
  if (view.listeners.length < view.of)
    yield `Showing ${shownText(view.listeners.length, view.of, "listener")}`;
  yield* textTable(LISTENER, view.listeners);
}

const LISTENER: readonly Column<TcpListenerRow>[] = [
  { title: "listener", cell: ({ listener }) => listener },
  { title: "attempts", right: true, cell: ({ attempts }) => String(attempts) },
  ...OUTCOMES.map(([name, title]): Column<TcpListenerRow> => ({
    title,
    right: true,
    optional: name !== "answered",
    cell: ({ outcomes }) => String(outcomes[name]),
  })),
  {
    title: "p50",
    right: true,
    optional: true,
    cell: ({ synAckTime: t }) => (t === undefined ? "" : spanText(t.p50)),
  },
  {
    title: "p99",
    right: true,
    optional: true,
    cell: ({ synAckTime: t }) => (t === undefined ? "" : spanText(t.p99)),
  },
  {
    title: "max",
    right: true,
    optional: true,
    cell: ({ synAckTime: t }) => (t === undefined ? "" : spanText(t.max)),
  },
  {
    title: "re-SYN-ACKed",
    right: true,
    optional: true,
    cell: ({ synAckRetried }) => String(synAckRetried),
  },
  {
    title: "retried after",
    optional: true,
    cell: ({ retryGaps }) => retryGaps.map((gap) => gap.toFixed(gap < 10 ? 1 : 0)).join(" "),
  },
  { title: "frame", right: true, cell: ({ firstFrame }) => frameText(firstFrame) },
  { title: "failed", right: true, optional: true, cell: ({ firstFailed }) => frameText(firstFailed) },
];

const serverText = ({ server, serverPort }: Listed): string => endText(server, serverPort);

const listColumns = (clock: Clock, hasServers: boolean): readonly Column<Listed>[] => [
  {
    title: "frame",
    right: true,
    cell: ({ tries, answer }) => frameText(tries[0]?.frame ?? answer?.frame ?? 0),
  },
  {
    title: "time",
    right: true,
    cell: ({ tries, answer }) => timeText(tries[0]?.time ?? answer?.time ?? Number.NaN, clock),
  },
  { title: "client", cell: ({ client, clientPort }) => endText(client, clientPort) },
  ...(hasServers ? [{ title: "server", cell: serverText }] : []),
  { title: "outcome", cell: ({ outcome }) => outcome },
  {
    title: "took",
    right: true,
    optional: true,
    cell: ({ took }) => (took === undefined ? "" : spanText(took)),
  },
  { title: "answer", right: true, optional: true, cell: ({ answer }) => frameText(answer?.frame ?? 0) },
  { title: "retries: frame +s", optional: true, wrap: true, cell: notes },
];

/** The tries behind the first, and what else is to be said of an attempt. */
function notes({ tries, gaps, synCount, icmp, reset, original, ...ends }: Listed): string {
  const client = endText(ends.client, ends.clientPort);
  const server = endText(ends.server, ends.serverPort);
  const more = synCount - tries.length;
  return [
    ...tries.slice(1).map(({ frame }, at) => `${frame} +${(gaps[at] ?? 0).toFixed(2)}`),
    ...(more > 0 && tries.length > 0 ? [`and ${more} more`] : []),
    ...(icmp === undefined ? [] : [`ICMP ${icmp.type}/${icmp.code} of ${icmp.from}`]),
    ...(reset === undefined ? [] : [`reset ${reset}`]),
    ...(original === undefined ? [] : translated(original, client, server)),
  ].join(", ");
}

/** The ends before address translation, where they were others. */
function translated(original: Attempt, client: string, server: string): string[] {
  const from = endText(original.client, original.clientPort);
  const to = endText(original.server, original.serverPort);
  return [...(from === client ? [] : [`from ${from}`]), ...(to === server ? [] : [`to ${to}`])];
}
