import type { TalkerRow, TalkerPairRow, TalkersView } from "./talkers-view.ts";
import { bytesText, type Column, counted, frameText, shownText, textTable } from "./text.ts";

/** A {@link TalkersView} as a table, line by line. */
export function* renderTalkers(view: TalkersView): Generator<string, void> {
  yield `${counted(view.frames, "frame")}, ${bytesText(view.bytes)}`;
  if (view.of === 0) return;
  yield "";
  const isPairs = view.pairs.length > 0;
  const shown = isPairs ? view.pairs.length : view.addresses.length;
  if (shown < view.of)
    yield `Showing ${isPairs ? shownText(shown, view.of, "pair") : shownText(shown, view.of, "address", "addresses")}`;
  if (isPairs) yield* textTable([PEERS, ...FIGURES], view.pairs);
  else yield* textTable([ADDRESS, ...FIGURES], view.addresses);
}

const PEERS: Column<TalkerPairRow> = {
  title: "pair",
  cell: ({ address, peer }) => `${address} - ${peer}`,
};
const ADDRESS: Column<TalkerRow> = { title: "address", cell: ({ address }) => address };

const bytes = (title: string, of: (row: TalkerRow) => number): Column<TalkerRow> => ({
  title,
  right: true,
  cell: (row) => bytesText(of(row)),
});
const number = (title: string, of: (row: TalkerRow) => number, optional = false): Column<TalkerRow> => ({
  title,
  right: true,
  optional,
  cell: (row) => String(of(row)),
});

const FIGURES: readonly Column<TalkerRow>[] = [
  number("packets", (row) => row.packets),
  bytes("bytes", (row) => row.bytes),
  number("sent", (row) => row.sentPackets),
  bytes("bytes", (row) => row.sentBytes),
  number("received", (row) => row.receivedPackets),
  bytes("bytes", (row) => row.receivedBytes),
  number("SYN out", (row) => row.connectionsOut, true),
  number("SYN in", (row) => row.connectionsIn, true),
  number("DNS out", (row) => row.queriesOut, true),
  number("DNS in", (row) => row.queriesIn, true),
  { title: "frame", right: true, cell: ({ firstFrame }) => frameText(firstFrame) },
];
