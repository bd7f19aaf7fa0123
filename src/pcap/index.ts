export { pairKey } from "./addresses.ts";
export type * from "./arp-table.ts";
export * from "./attempts.ts";
export * from "./capture.ts";
export * from "./connection-table.ts";
export * from "./connections.ts";
export * from "./dns-exchanges.ts";
export { type DnsColumns, type DnsTable, queryTypeName, responseCodeName, Transport } from "./dns-table.ts";
export type * from "./dns-totals.ts";
export * from "./duplicate-ids.ts";
export * from "./format.ts";
export type { FragmentCounts } from "./fragments.ts";
export type { FramePlace } from "./frame-map.ts";
export {
  type HandshakeColumns,
  type HandshakeTable,
  Outcome,
  OUTCOME_NAMES,
  type OutcomeName,
  Reset,
  Seen,
  type SynTry,
} from "./handshake-table.ts";
export { type IcmpAnswers, type Listener, listenerKey, listeners, rowsOf, keyOf } from "./listeners.ts";
export type { IcmpError, IcmpKind } from "./icmp-errors.ts";
export * from "./listener-load.ts";
export type { LatencyTotals } from "./latencies.ts";
export { oneWayAt } from "./one-way.ts";
export { Direction, type Packet, Tunnel } from "./packet.ts";
export { endsOf, packets, tunnelOf } from "./packets.ts";
export * from "./paws.ts";
export * from "./stray-answers.ts";
export * from "./talkers.ts";
export type { CaptureInterface } from "./pcapng-interface.ts";
export { type CaptureOptions, readCapture } from "./read-capture.ts";
export { isCapture } from "./record-reader.ts";
export type { AddressColumns, PairColumns, ProtocolColumns, Tally } from "./tally-table.ts";
export * from "./ladder/index.ts";
export * from "./views/index.ts";
