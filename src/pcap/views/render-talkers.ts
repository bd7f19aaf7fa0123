import type { TalkerRow, TalkerPairRow, TalkersView } from "./talkers-view.ts";
import { bytesText, type Column, counted, frameText, shownText, textTable } from "./text.ts";

/** A {@link TalkersView} as a table, line by line. */
export function* renderTalkers(view: TalkersView): Generator<string, void> {
  yield `${counted(view.frames, "frame")}, ${bytesText(view.bytes)}`;
  if (view.of === 0) {
    if (view.frames > 0) yield view.among === 0 ? "None has an address of IP" : "None is of this address";
    return;
  }
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
const number = (title: string, of: (row: TalkerRow) => number): Column<TalkerRow> => ({
  title,
  right: true,
  optional: true,
  cell: (row) => String(of(row)),
});

const FIGURES: readonly Column<TalkerRow>[] = [
  number("packets", (row) => row.packets),
  bytes("bytes", (row) => row.bytes),
  bytes("sent", (row) => row.sentBytes),
  bytes("received", (row) => row.receivedBytes),
  number("SYN>", (row) => row.connectionsOut),
  number(">SYN", (row) => row.connectionsIn),
  number("DNS>", (row) => row.queriesOut),
  number(">DNS", (row) => row.queriesIn),
  { title: "frame", right: true, cell: ({ firstFrame }) => frameText(firstFrame) },
];
