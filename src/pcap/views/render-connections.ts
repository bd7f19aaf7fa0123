import type { ConnectionRow, ConnectionsView } from "./connections-view.ts";
import { endText } from "./ends.ts";
import {
  bytesText,
  type Clock,
  type Column,
  counted,
  frameText,
  listTable,
  shownText,
  spanText,
  timeText,
} from "./text.ts";

/** A {@link ConnectionsView} as a table, line by line. */
export function* renderConnections(
  view: ConnectionsView,
  { utc = false }: { utc?: boolean } = {},
): Generator<string, void> {
  const { of, clientBytes, serverBytes, retransmissions, resets } = view;
  const parts = [
    `clients send ${bytesText(clientBytes)}`,
    `servers ${bytesText(serverBytes)}`,
    ...(retransmissions > 0 ? [counted(retransmissions, "retransmission")] : []),
    ...(resets > 0 ? [`${resets} reset`] : []),
  ];
  const found = shownText(of, view.among, "connection");
  yield of === 0 ? found : `${found}: ${parts.join(", ")}`;
  const dropped = view.dropped.reduce((sum, { connections }) => sum + connections, 0);
  if (dropped > 0)
    yield `${counted(dropped, "further connection")} had no room in the table; JSON has their sums`;
  if (of === 0) return;
  yield "";
  yield* listTable(view.connections, of, ["connection", "connections"], serverText, (hasServers) =>
    columns({ start: view.start, utc }, hasServers),
  );
}

const number = (title: string, of: (row: ConnectionRow) => number): Column<ConnectionRow> => ({
  title,
  right: true,
  optional: true,
  cell: (row) => String(of(row)),
});

const serverText = ({ server, serverPort }: ConnectionRow): string => endText(server, serverPort);

const columns = (clock: Clock, hasServers: boolean): readonly Column<ConnectionRow>[] => [
  { title: "frame", right: true, cell: ({ first }) => frameText(first.frame) },
  { title: "time", right: true, cell: ({ first }) => timeText(first.time, clock) },
  { title: "client", cell: ({ client, clientPort }) => endText(client, clientPort) },
  ...(hasServers ? [{ title: "server", cell: serverText }] : []),
  { title: "lasts", right: true, cell: ({ duration }) => spanText(duration) },
  { title: "sent", right: true, cell: ({ ofClient }) => bytesText(ofClient.bytes) },
  { title: "received", right: true, cell: ({ ofServer }) => bytesText(ofServer.bytes) },
  number("reqs", (row) => row.requests),
  { title: "rtt", right: true, optional: true, cell: ({ rtt }) => (rtt === undefined ? "" : spanText(rtt)) },
  { title: "end", cell: notes, wrap: true },
];

/** How it ended, and what was wrong with it. */
function notes(row: ConnectionRow): string {
  const { end, reset, begun, ofClient, ofServer, original } = row;
  const unseen = ofClient.unseenBytes + ofServer.unseenBytes;
  const resent = row.retransmissions;
  const isReset = end.startsWith("reset") && reset !== undefined;
  return [
    isReset ? `${end} at ${reset.frame}` : end,
    ...(isReset && reset.idle >= 1 ? [`after ${spanText(reset.idle)} of silence`] : []),
    ...(begun ? [] : ["began before"]),
    ...(resent > 0 ? [`${resent} resent from ${row.firstRetransmission} on`] : []),
    ...(row.zeroWindows > 0 ? [counted(row.zeroWindows, "zero window")] : []),
    ...(unseen > 0 ? [`${bytesText(unseen)} not captured`] : []),
    ...(original === undefined ? [] : translated(original, row)),
  ].join(", ");
}

/** The ends before address translation, where they were others. */
function translated(original: NonNullable<ConnectionRow["original"]>, row: ConnectionRow): string[] {
  const from = endText(original.client, original.clientPort);
  const to = endText(original.server, original.serverPort);
  return [
    ...(from === endText(row.client, row.clientPort) ? [] : [`from ${from}`]),
    ...(to === endText(row.server, row.serverPort) ? [] : [`to ${to}`]),
  ];
}
