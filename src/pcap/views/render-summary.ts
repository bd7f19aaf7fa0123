import type { Counted, SummaryView } from "./summary-view.ts";
import { bytesText, counted, frameText, NO_DNS_ANSWER, spanText, textTable, utcText } from "./text.ts";
import type { Vantage } from "./vantage.ts";

const MOST_INTERFACES = 8;

/** A {@link SummaryView} as text, line by line. */
export function* renderSummary(view: SummaryView): Generator<string, void> {
  const facts = factsOf(view);
  const width = facts.reduce((widest, [name]) => Math.max(widest, name.length), 0) + 2;
  for (const [name, fact] of facts) yield `${name.padEnd(width)}${fact}`;
  yield* section("Protocols", view.protocols, (row) => bytesText(row.bytes));
  yield* section("Connection attempts", view.handshakes);
  const retries = view.dnsRetries > 0 ? ` (${counted(view.dnsRetries, "retry", "retries")} among them)` : "";
  yield* section(`DNS queries${retries}`, view.dns);
  const isSilent = view.dns.every(({ name }) => name === "unanswered" || name === "undecided");
  if (isSilent && view.dns.some(({ name }) => name === "unanswered")) yield NO_DNS_ANSWER;
  if (view.diagnostics.length === 0) return;
  yield "";
  yield "Noticed";
  for (const { message } of view.diagnostics) yield `  ${message}`;
}

function factsOf(view: SummaryView): [name: string, fact: string][] {
  const links = view.linkTypes.map(({ name, number }) => `${name} (${number})`).join(", ");
  const { bytes, capturedBytes, start } = view;
  const size =
    bytes === undefined || capturedBytes === undefined
      ? ""
      : capturedBytes === bytes
        ? `, ${bytesText(bytes)}`
        : `, ${bytesText(bytes)} on the wire, ${bytesText(capturedBytes)} captured`;
  const lines: [string, string | undefined][] = [
    ["Format", view.cut ? `${view.format}; the file ends inside a record` : view.format],
    ["Files", view.files === 1 ? undefined : `${view.files}, read as one capture`],
    ["Link types", links === "" ? undefined : links],
    ...interfacesOf(view).map((text, at): [string, string] => [at === 0 ? "Interfaces" : "", text]),
    ["Frames", `${view.frames}${size}`],
    ["Begins", start === undefined ? undefined : `${utcText(start)} UTC`],
    ["Lasts", start === undefined ? undefined : spanText(view.duration)],
    ["Snap length", view.snaplen === 0 ? undefined : counted(view.snaplen, "byte")],
    ["Dropped", view.dropped === undefined ? undefined : counted(view.dropped, "packet")],
    ["Clock", view.clockSteps === 0 ? undefined : `steps back ${counted(view.clockSteps, "time")}`],
    ["Addresses", view.addresses === 0 ? undefined : String(view.addresses)],
    ["In tunnels", view.encapsulated === 0 ? undefined : counted(view.encapsulated, "frame")],
    ["Fragments", view.fragments === 0 ? undefined : String(view.fragments)],
    ["Seen", WAYS[view.vantage.ways]],
    ["Captured", placeText(view.vantage)],
    ...view.vantage.why.map((why): [string, string] => ["", why]),
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}

/** Interfaces of which the file tells something that is not told elsewhere. */
function interfacesOf({ interfaces }: SummaryView): string[] {
  const told = interfaces.map(({ name, addresses, filter, dropped }) =>
    [
      ...(name === undefined ? [] : [oneLine(name)]),
      ...addresses,
      ...(filter === undefined ? [] : [`only ${oneLine(filter)}`]),
      ...(dropped === undefined || dropped === 0 ? [] : [`dropped ${counted(dropped, "packet")}`]),
    ].join(", "),
  );
  const some = told.filter((text) => text !== "");
  const shown = some.slice(0, MOST_INTERFACES);
  return some.length > shown.length ? [...shown, `and ${some.length - shown.length} more`] : shown;
}

/** A file's own text could pretend to be further lines. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

const WAYS: Readonly<Record<Vantage["ways"], string | undefined>> = {
  both: "both directions",
  one: "one direction only: no answer of any conversation",
  unknown: undefined,
};

function placeText({ side, hosts, sure }: Vantage): string {
  if (sure === "unknown") return "where can't be told";
  const places = {
    client: "at the client",
    server: "at the server",
    between: "between client and server",
    unknown: "",
  };
  const parts = [places[side], hosts.length === 0 ? "" : `on the host of ${hosts.join(", ")}`];
  const at = parts.filter((part) => part !== "").join(", ");
  return sure === "likely" ? `likely ${at}` : at;
}

function* section<Row extends Counted>(
  title: string,
  rows: readonly Row[],
  more?: (row: Row) => string,
): Generator<string, void> {
  if (rows.length === 0) return;
  yield "";
  const table = textTable<Row>(
    [
      { title, cell: ({ name }) => `  ${name}` },
      { title: "count", right: true, cell: ({ count }) => String(count) },
      ...(more === undefined ? [] : [{ title: "bytes", right: true, cell: more }]),
      { title: "first frame", right: true, cell: ({ firstFrame }) => frameText(firstFrame) },
    ],
    rows,
  );
  yield* table;
}
