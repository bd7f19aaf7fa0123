import type { DnsCounts, DnsListed, DnsRow, DnsView } from "./dns-view.ts";
import { endText } from "./ends.ts";
import {
  type Clock,
  type Column,
  frameText,
  listTable,
  NO_DNS_ANSWER,
  shownText,
  spanText,
  textTable,
  timeText,
} from "./text.ts";

/** A {@link DnsView} as a table, line by line. */
export function* renderDns(view: DnsView, { utc = false }: { utc?: boolean } = {}): Generator<string, void> {
  const what = outcomes(view);
  const queries = shownText(view.queries, view.among, "DNS query", "DNS queries");
  yield what === "" ? queries : `${queries}: ${what}`;
  if (view.answerTime !== undefined) {
    const { p50, p99, max, maxFrame } = view.answerTime;
    yield `Answer time: p50 ${spanText(p50)}, p99 ${spanText(p99)}, max ${spanText(max)} (frame ${maxFrame})`;
  }
  // Filters may have left the answered ones out.
  if (view.unanswered > 0 && view.answered + view.icmp + view.stray === 0 && view.queries === view.among)
    yield NO_DNS_ANSWER;
  if (view.queries === 0) return;
  yield "";
  if (view.list.length > 0) {
    yield* listTable(view.list, view.of, ["query", "queries"], serverText, (hasServers) =>
      listColumns({ start: view.start, utc }, hasServers),
    );
    return;
  }
  if (view.rows.length < view.of) yield `Showing ${shownText(view.rows.length, view.of, view.by)}`;
  yield* textTable(rowColumns(view), view.rows);
}

/** What came of the queries; and behind a semicolon what is counted there already. */
function outcomes(counts: DnsCounts): string {
  const { unanswered, icmp, undecided, stray, tcp, retries } = counts;
  const parts: [number, string][] = [
    ...Object.entries(counts.rcodes).map(([code, count]): [number, string] => [count, code]),
    [unanswered, "unanswered"],
    [icmp, "answered by ICMP"],
    [undecided, "undecided"],
  ];
  const among: [number, string][] = [
    [stray, "answered from elsewhere"],
    [tcp, "over TCP"],
    [retries, retries === 1 ? "retry" : "retries"],
  ];
  const list = (of: typeof parts) =>
    of
      .filter(([count]) => count > 0)
      .map(([count, name]) => `${count} ${name}`)
      .join(", ");
  return [list(parts), list(among)].filter((text) => text !== "").join("; ");
}

function rowColumns(view: DnsView): readonly Column<DnsRow>[] {
  const number = (title: string, of: (row: DnsRow) => number, optional = true): Column<DnsRow> => ({
    title,
    right: true,
    optional,
    cell: (row) => String(of(row)),
  });
  const span = (title: string, of: (row: DnsRow) => number | undefined): Column<DnsRow> => ({
    title,
    right: true,
    optional: true,
    cell: (row) => {
      const time = of(row);
      return time === undefined ? "" : spanText(time);
    },
  });
  return [
    // Names are long, and stand last.
    ...(view.by === "name" ? [] : [keyColumn(view.by)]),
    number("queries", (row) => row.queries, false),
    ...Object.keys(view.rcodes).map((code) => number(code, (row) => row.rcodes[code] ?? 0)),
    number("silent", (row) => row.unanswered),
    number("ICMP", (row) => row.icmp),
    number("open", (row) => row.undecided),
    number("elsewhere", (row) => row.stray),
    number("retries", (row) => row.retries),
    number("TCP", (row) => row.tcp),
    number("TC", (row) => row.truncated),
    span("p50", (row) => row.answerTime?.p50),
    span("p99", (row) => row.answerTime?.p99),
    span("max", (row) => row.answerTime?.max),
    { title: "frame", right: true, cell: (row) => frameText(row.firstFrame) },
    { title: "silent at", right: true, optional: true, cell: (row) => frameText(row.firstUnanswered) },
    ...(view.by === "name" ? [keyColumn(view.by)] : []),
  ];
}

const keyColumn = (title: string): Column<DnsRow> => ({
  title,
  cell: ({ key }) => (key === "" ? "(cut by the capture)" : key),
});

const listColumns = (clock: Clock, hasServers: boolean): readonly Column<DnsListed>[] => [
  { title: "frame", right: true, cell: ({ frame }) => frameText(frame) },
  { title: "time", right: true, cell: ({ time }) => timeText(time, clock) },
  { title: "client", cell: ({ client, clientPort }) => endText(client, clientPort) },
  ...(hasServers ? [{ title: "server", cell: serverText }] : []),
  { title: "id", cell: ({ id }) => `0x${id.toString(16).padStart(4, "0")}` },
  { title: "answer", right: true, optional: true, cell: ({ answer }) => frameText(answer?.frame ?? 0) },
  { title: "outcome", cell: outcome },
  { title: "took", right: true, cell: ({ took }) => (took === undefined ? "" : spanText(took)) },
  {
    title: "tries",
    optional: true,
    cell: ({ triesBefore }) => triesBefore.join(" "),
  },
  { title: "question", cell: ({ type, name }) => (name === "" ? "(cut by the capture)" : `${type} ${name}`) },
];

/** A server, with its port where that isn't DNS's own. */
function serverText({ server, serverPort }: DnsListed): string {
  return serverPort === 53 ? server : endText(server, serverPort);
}

function outcome({ answer, icmp, stray, undecided, transport }: DnsListed): string {
  if (transport === "tcp") return `${outcomeOf({ answer, icmp, stray, undecided })} over TCP`;
  return outcomeOf({ answer, icmp, stray, undecided });
}

function outcomeOf({
  answer,
  icmp,
  stray,
  undecided,
}: Pick<DnsListed, "answer" | "icmp" | "stray" | "undecided">): string {
  if (answer !== undefined) return answer.truncated ? `${answer.code} TC` : answer.code;
  if (stray !== undefined) return `from ${stray.from} at ${stray.frame}`;
  if (icmp !== undefined) return `ICMP ${icmp.type}/${icmp.code}`;
  return undecided ? "undecided" : "unanswered";
}
