// The table of connection attempts: a column for each field, as src/pcap/handshake-table.ts describes them. A row is told by its number, which its
// object has instead of an address. The fields stand by their size, so that each column begins where the field would in
// a struct, times the room for rows: src/pcap/handshake-columns.ts reads them there.
import { compactColumn } from "./columns";
import { aligned } from "./words";

/** Bytes of a row in all columns. */
const ROW: usize = 144;
/** How many columns there are of eight bytes, of four, of two, and of one. */
const DOUBLES: i32 = 7;
const WORDS: i32 = 14;
const SHORTS: i32 = 9;
const BYTES: i32 = 14;

let columns: usize = 0;
/** For how many rows each column has room. */
let room: usize = 0;

@unmanaged
export class Handshake {
  get firstTime(): f64 {
    return load<f64>(at(this, 0, 8));
  }

  set firstTime(value: f64) {
    store<f64>(at(this, 0, 8), value);
  }

  get lastSynTime(): f64 {
    return load<f64>(at(this, 8, 8));
  }

  set lastSynTime(value: f64) {
    store<f64>(at(this, 8, 8), value);
  }

  get answerTime(): f64 {
    return load<f64>(at(this, 16, 8));
  }

  set answerTime(value: f64) {
    store<f64>(at(this, 16, 8), value);
  }

  get lastSynAckTime(): f64 {
    return load<f64>(at(this, 24, 8));
  }

  set lastSynAckTime(value: f64) {
    store<f64>(at(this, 24, 8), value);
  }

  get completeTime(): f64 {
    return load<f64>(at(this, 32, 8));
  }

  set completeTime(value: f64) {
    store<f64>(at(this, 32, 8), value);
  }

  get resetTime(): f64 {
    return load<f64>(at(this, 40, 8));
  }

  set resetTime(value: f64) {
    store<f64>(at(this, 40, 8), value);
  }

  get closeTime(): f64 {
    return load<f64>(at(this, 48, 8));
  }

  set closeTime(value: f64) {
    store<f64>(at(this, 48, 8), value);
  }

  get client(): i32 {
    return load<i32>(at(this, 56, 4));
  }

  set client(value: i32) {
    store<i32>(at(this, 56, 4), value);
  }

  get server(): i32 {
    return load<i32>(at(this, 60, 4));
  }

  set server(value: i32) {
    store<i32>(at(this, 60, 4), value);
  }

  get isn(): u32 {
    return load<u32>(at(this, 64, 4));
  }

  set isn(value: u32) {
    store<u32>(at(this, 64, 4), value);
  }

  get firstFrame(): u32 {
    return load<u32>(at(this, 68, 4));
  }

  set firstFrame(value: u32) {
    store<u32>(at(this, 68, 4), value);
  }

  get tsval(): u32 {
    return load<u32>(at(this, 72, 4));
  }

  set tsval(value: u32) {
    store<u32>(at(this, 72, 4), value);
  }

  get answerFrame(): u32 {
    return load<u32>(at(this, 76, 4));
  }

  set answerFrame(value: u32) {
    store<u32>(at(this, 76, 4), value);
  }

  get icmpFrom(): i32 {
    return load<i32>(at(this, 80, 4));
  }

  set icmpFrom(value: i32) {
    store<i32>(at(this, 80, 4), value);
  }

  get linked(): i32 {
    return load<i32>(at(this, 84, 4));
  }

  set linked(value: i32) {
    store<i32>(at(this, 84, 4), value);
  }

  get originalClient(): i32 {
    return load<i32>(at(this, 88, 4));
  }

  set originalClient(value: i32) {
    store<i32>(at(this, 88, 4), value);
  }

  /** Of the latest try. */
  get lastTsval(): i32 {
    return load<i32>(at(this, 92, 4));
  }

  set lastTsval(value: i32) {
    store<i32>(at(this, 92, 4), value);
  }

  /** Of the latest SYN-ACK. */
  get serverIsn(): i32 {
    return load<i32>(at(this, 96, 4));
  }

  set serverIsn(value: i32) {
    store<i32>(at(this, 96, 4), value);
  }

  /** Of the latest SYN-ACK. */
  get synAckTsval(): i32 {
    return load<i32>(at(this, 100, 4));
  }

  set synAckTsval(value: i32) {
    store<i32>(at(this, 100, 4), value);
  }

  /** The first kept retry; -1 for none. */
  get firstRetry(): i32 {
    return load<i32>(at(this, 104, 4));
  }

  set firstRetry(value: i32) {
    store<i32>(at(this, 104, 4), value);
  }

  /** The last kept retry; -1 for none. */
  get lastRetry(): i32 {
    return load<i32>(at(this, 108, 4));
  }

  set lastRetry(value: i32) {
    store<i32>(at(this, 108, 4), value);
  }

  get clientPort(): u16 {
    return load<u16>(at(this, 112, 2));
  }

  set clientPort(value: u16) {
    store<u16>(at(this, 112, 2), value);
  }

  get serverPort(): u16 {
    return load<u16>(at(this, 114, 2));
  }

  set serverPort(value: u16) {
    store<u16>(at(this, 114, 2), value);
  }

  get synCount(): u16 {
    return load<u16>(at(this, 116, 2));
  }

  set synCount(value: u16) {
    store<u16>(at(this, 116, 2), value);
  }

  get synAckCount(): u16 {
    return load<u16>(at(this, 118, 2));
  }

  set synAckCount(value: u16) {
    store<u16>(at(this, 118, 2), value);
  }

  get clientMss(): u16 {
    return load<u16>(at(this, 120, 2));
  }

  set clientMss(value: u16) {
    store<u16>(at(this, 120, 2), value);
  }

  get serverMss(): u16 {
    return load<u16>(at(this, 122, 2));
  }

  set serverMss(value: u16) {
    store<u16>(at(this, 122, 2), value);
  }

  get originalClientPort(): u16 {
    return load<u16>(at(this, 124, 2));
  }

  set originalClientPort(value: u16) {
    store<u16>(at(this, 124, 2), value);
  }

  /** Of the latest try. */
  get lastIpId(): u16 {
    return load<u16>(at(this, 126, 2));
  }

  set lastIpId(value: u16) {
    store<u16>(at(this, 126, 2), value);
  }

  /** How many SYNs there had been at the latest SYN-ACK. */
  get synsAtSynAck(): u16 {
    return load<u16>(at(this, 128, 2));
  }

  set synsAtSynAck(value: u16) {
    store<u16>(at(this, 128, 2), value);
  }

  get hasTimestamp(): u8 {
    return load<u8>(at(this, 130, 1));
  }

  set hasTimestamp(value: u8) {
    store<u8>(at(this, 130, 1), value);
  }

  get outcome(): u8 {
    return load<u8>(at(this, 131, 1));
  }

  set outcome(value: u8) {
    store<u8>(at(this, 131, 1), value);
  }

  get synAckRetries(): u8 {
    return load<u8>(at(this, 132, 1));
  }

  set synAckRetries(value: u8) {
    store<u8>(at(this, 132, 1), value);
  }

  get simultaneous(): u8 {
    return load<u8>(at(this, 133, 1));
  }

  set simultaneous(value: u8) {
    store<u8>(at(this, 133, 1), value);
  }

  get clientScale(): u8 {
    return load<u8>(at(this, 134, 1));
  }

  set clientScale(value: u8) {
    store<u8>(at(this, 134, 1), value);
  }

  get serverScale(): u8 {
    return load<u8>(at(this, 135, 1));
  }

  set serverScale(value: u8) {
    store<u8>(at(this, 135, 1), value);
  }

  get completed(): u8 {
    return load<u8>(at(this, 136, 1));
  }

  set completed(value: u8) {
    store<u8>(at(this, 136, 1), value);
  }

  get reset(): u8 {
    return load<u8>(at(this, 137, 1));
  }

  set reset(value: u8) {
    store<u8>(at(this, 137, 1), value);
  }

  get icmpType(): u8 {
    return load<u8>(at(this, 138, 1));
  }

  set icmpType(value: u8) {
    store<u8>(at(this, 138, 1), value);
  }

  get icmpCode(): u8 {
    return load<u8>(at(this, 139, 1));
  }

  set icmpCode(value: u8) {
    store<u8>(at(this, 139, 1), value);
  }

  get challengeAcks(): u8 {
    return load<u8>(at(this, 140, 1));
  }

  set challengeAcks(value: u8) {
    store<u8>(at(this, 140, 1), value);
  }

  get direction(): u8 {
    return load<u8>(at(this, 141, 1));
  }

  set direction(value: u8) {
    store<u8>(at(this, 141, 1), value);
  }

  get seen(): u8 {
    return load<u8>(at(this, 142, 1));
  }

  set seen(value: u8) {
    store<u8>(at(this, 142, 1), value);
  }

  get counted(): u8 {
    return load<u8>(at(this, 143, 1));
  }

  set counted(value: u8) {
    store<u8>(at(this, 143, 1), value);
  }
}

export function layHandshakes(from: usize, most: i32): usize {
  columns = aligned(from);
  room = most;
  return columns + ROW * room;
}

/** Where the columns begin. */
export function handshakeColumns(): usize {
  return columns;
}

/** Moves rows to their new places, which stand in words at `to`, -1 for those that are dropped, and clears what is behind them. */
export function compactHandshakes(to: usize, length: i32, kept: i32): void {
  let column = columns;
  for (let i = 0; i < DOUBLES; i++, column += 8 * room) compactColumn(column, 8, to, length, kept);
  for (let i = 0; i < WORDS; i++, column += 4 * room) compactColumn(column, 4, to, length, kept);
  for (let i = 0; i < SHORTS; i++, column += 2 * room) compactColumn(column, 2, to, length, kept);
  for (let i = 0; i < BYTES; i++, column += room) compactColumn(column, 1, to, length, kept);
}

function at(row: Handshake, offset: usize, size: usize): usize {
  return columns + room * offset + size * changetype<usize>(row);
}
