import type { DnsColumns } from "./dns-table.ts";
import { float64, int32, int8, uint16, uint32, uint8, type Place } from "./columns-in.ts";

/** The columns of wasm/pcap/query.ts. */
export function queryColumns(place: Place): DnsColumns {
  return {
    time: float64(place, 0),
    answerTime: float64(place, 8),
    client: int32(place, 16),
    server: int32(place, 20),
    name: int32(place, 24),
    frame: uint32(place, 28),
    answerFrame: uint32(place, 32),
    icmpFrom: int32(place, 36),
    strayFrame: uint32(place, 40),
    strayFrom: int32(place, 44),
    retryOf: int32(place, 48),
    previousSameId: int32(place, 52),
    linked: int32(place, 56),
    originalClient: int32(place, 60),
    originalServer: int32(place, 64),
    clientPort: uint16(place, 76),
    serverPort: uint16(place, 78),
    id: uint16(place, 80),
    qtype: uint16(place, 82),
    ednsSize: uint16(place, 84),
    answerCount: uint16(place, 86),
    records: uint16(place, 88),
    originalClientPort: uint16(place, 90),
    originalServerPort: uint16(place, 92),
    rcode: int8(place, 98),
    transport: uint8(place, 99),
    truncated: uint8(place, 100),
    icmp: uint8(place, 101),
    icmpType: uint8(place, 102),
    icmpCode: uint8(place, 103),
    counted: uint8(place, 104),
    undecided: uint8(place, 105),
    copies: uint8(place, 106),
    answerCopies: uint8(place, 107),
  };
}
