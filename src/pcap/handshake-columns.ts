import type { HandshakeColumns } from "./handshake-table.ts";
import { float64, int32, uint16, uint32, uint8, type Place } from "./columns-in.ts";

/**
 * Offset of the column of each row's first retry, as a field's; bytes of a retry, and where it has its frame, its TSval and its row's
 * next retry, in words: its time is its first double.
 */
export const FIRST_RETRY = 104;
export const RETRY_STRIDE = 32;
export const RETRY_FRAME = 2;
export const RETRY_TSVAL = 3;
export const NEXT_RETRY = 6;

/** The columns of wasm/pcap/handshake.ts. */
export function handshakeColumns(place: Place): HandshakeColumns {
  return {
    firstTime: float64(place, 0),
    lastSynTime: float64(place, 8),
    answerTime: float64(place, 16),
    lastSynAckTime: float64(place, 24),
    completeTime: float64(place, 32),
    resetTime: float64(place, 40),
    closeTime: float64(place, 48),
    client: int32(place, 56),
    server: int32(place, 60),
    isn: uint32(place, 64),
    firstFrame: uint32(place, 68),
    tsval: uint32(place, 72),
    answerFrame: uint32(place, 76),
    icmpFrom: int32(place, 80),
    linked: int32(place, 84),
    originalClient: int32(place, 88),
    clientPort: uint16(place, 112),
    serverPort: uint16(place, 114),
    synCount: uint16(place, 116),
    synAckCount: uint16(place, 118),
    clientMss: uint16(place, 120),
    serverMss: uint16(place, 122),
    originalClientPort: uint16(place, 124),
    hasTimestamp: uint8(place, 130),
    outcome: uint8(place, 131),
    synAckRetries: uint8(place, 132),
    simultaneous: uint8(place, 133),
    clientScale: uint8(place, 134),
    serverScale: uint8(place, 135),
    completed: uint8(place, 136),
    reset: uint8(place, 137),
    icmpType: uint8(place, 138),
    icmpCode: uint8(place, 139),
    challengeAcks: uint8(place, 140),
    direction: uint8(place, 141),
    seen: uint8(place, 142),
    counted: uint8(place, 143),
  };
}
