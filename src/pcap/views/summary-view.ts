import type { Diagnostic } from "../../bytes/index.ts";
import type { Capture } from "../capture.ts";
import { OUTCOME_NAMES } from "../handshake-table.ts";
import { queryOutcome } from "./dns-lookups.ts";
import type { CaptureInterface } from "../pcapng-interface.ts";
import { linkTypeName, protocolName } from "./names.ts";
import { type Vantage, vantageOf } from "./vantage.ts";

/** So many of something, and the frame of the first. */
export interface Counted {
  readonly name: string;
  readonly count: number;
  readonly firstFrame: number;
}

/** What {@link summaryView} gives. */
export interface SummaryView {
  /** The file's form: `pcapng`, `pcap`, `pcap with nanoseconds` … */
  readonly format: string;
  /** How many files were read as one capture. */
  readonly files: number;
  readonly linkTypes: readonly { readonly number: number; readonly name: string }[];
  /** The interfaces that a pcapng file describes. */
  readonly interfaces: readonly CaptureInterface[];
  readonly frames: number;
  /** On the wire, and in the file; `undefined` for a capture that was read without `tally`. */
  readonly bytes: number | undefined;
  readonly capturedBytes: number | undefined;
  /** Seconds since 1970 of the first packet; `undefined` without one. */
  readonly start: number | undefined;
  /** Seconds between the earliest and the latest packet. */
  readonly duration: number;
  /** Most bytes kept of a packet; 0 for no limit. */
  readonly snaplen: number;
  /** Packets that the capturing system dropped, where the file tells. */
  readonly dropped: number | undefined;
  readonly clockSteps: number;
  /** Whether the file ends inside a record. */
  readonly cut: boolean;
  readonly vantage: Vantage;
  /** By IP protocol, and frames without IP; the innermost packet counts. Empty without a tally. */
  readonly protocols: readonly (Counted & { readonly bytes: number })[];
  readonly fragments: number;
  readonly encapsulated: number;
  readonly addresses: number;
  /** Connection attempts by outcome, the most first. */
  readonly handshakes: readonly Counted[];
  /** DNS queries by response code, `unanswered`, `icmp` and `undecided`, the most first; and retries among them. */
  readonly dns: readonly Counted[];
  readonly dnsRetries: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a capture is, and what is in it at a glance. */
export function summaryView(capture: Capture): SummaryView {
  const { tally } = capture;
  return {
    format: capture.format,
    files: capture.files.length,
    linkTypes: capture.linkTypes.map((number) => ({ number, name: linkTypeName(number) })),
    interfaces: capture.interfaces.map(({ name, filter, addresses, linkType, snaplen, dropped }) => {
      return { name, filter, addresses, linkType, snaplen, dropped };
    }),
    frames: capture.packets,
    bytes: tally?.bytes,
    capturedBytes: tally?.capturedBytes,
    start: capture.start,
    duration: capture.duration,
    snaplen: capture.snaplen,
    dropped: capture.dropped,
    clockSteps: capture.clockSteps,
    cut: capture.cut,
    vantage: vantageOf(capture),
    protocols: protocolsOf(capture),
    fragments: tally?.fragments ?? 0,
    encapsulated: tally?.encapsulated ?? 0,
    addresses: tally?.addresses.firstFrame.reduce((sum, frame) => sum + Number(frame > 0), 0) ?? 0,
    handshakes: handshakesOf(capture),
    dns: queriesOf(capture),
    dnsRetries: retriesOf(capture),
    diagnostics: capture.diagnostics,
  };
}

function protocolsOf({ tally }: Capture): SummaryView["protocols"] {
  if (tally === undefined) return [];
  const { packets, bytes, firstFrame } = tally.protocols;
  const known = Array.from(packets, (count, number) => ({
    name: protocolName(number),
    count,
    bytes: bytes[number] ?? 0,
    firstFrame: firstFrame[number] ?? 0,
  }));
  const other = { name: "not IP", count: tally.other, bytes: tally.otherBytes, firstFrame: tally.firstOther };
  return mostFirst([...known, other]);
}

function mostFirst<Row extends Counted>(rows: readonly Row[]): Row[] {
  return rows
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.firstFrame - b.firstFrame);
}

function handshakesOf({ handshakes: table }: Capture): Counted[] {
  const rows = OUTCOME_NAMES.map((name) => ({ name, count: 0, firstFrame: 0 }));
  for (let row = 0; row < table.length; row++) {
    const of = rows[table.outcome[row] as number];
    if (of === undefined || table.counted[row] !== 1) continue;
    see(of, table.firstFrame[row] as number);
  }
  return mostFirst(rows);
}

function queriesOf({ dns }: Capture): Counted[] {
  const rows = new Map<string, { name: string; count: number; firstFrame: number }>();
  for (let row = 0; row < dns.length; row++) {
    if (dns.counted[row] !== 1) continue;
    const name = queryOutcome(dns, row);
    let of = rows.get(name);
    if (of === undefined) rows.set(name, (of = { name, count: 0, firstFrame: 0 }));
    see(of, dns.frame[row] as number);
  }
  return mostFirst([...rows.values()]);
}

function retriesOf({ dns }: Capture): number {
  let retries = 0;
  for (let row = 0; row < dns.length; row++) if (dns.counted[row] === 1 && dns.retryOf[row] !== -1) retries++;
  return retries;
}

function see(of: { count: number; firstFrame: number }, frame: number): void {
  of.count++;
  if (of.firstFrame === 0 || frame < of.firstFrame) of.firstFrame = frame;
}
