// The table of DNS queries: a column for each field, as src/pcap/dns-table.ts describes them. A row is told by its number, which its
// object has instead of an address. The fields stand by their size, so that each column begins where the field would in
// a struct, times the room for rows: src/pcap/dns-columns.ts reads them there.
import { compactColumn } from "./columns";
import { aligned } from "./words";

/** Bytes of a row in all columns. */
const ROW: usize = 109;
/** How many columns there are of eight bytes, of four, of two, and of one. */
const DOUBLES: i32 = 2;
const WORDS: i32 = 15;
const SHORTS: i32 = 11;
const BYTES: i32 = 11;

let columns: usize = 0;
/** For how many rows each column has room. */
let room: usize = 0;

@unmanaged
export class Query {
  get time(): f64 {
    return load<f64>(at(this, 0, 8));
  }

  set time(value: f64) {
    store<f64>(at(this, 0, 8), value);
  }

  get answerTime(): f64 {
    return load<f64>(at(this, 8, 8));
  }

  set answerTime(value: f64) {
    store<f64>(at(this, 8, 8), value);
  }

  get client(): i32 {
    return load<i32>(at(this, 16, 4));
  }

  set client(value: i32) {
    store<i32>(at(this, 16, 4), value);
  }

  get server(): i32 {
    return load<i32>(at(this, 20, 4));
  }

  set server(value: i32) {
    store<i32>(at(this, 20, 4), value);
  }

  get name(): i32 {
    return load<i32>(at(this, 24, 4));
  }

  set name(value: i32) {
    store<i32>(at(this, 24, 4), value);
  }

  get frame(): u32 {
    return load<u32>(at(this, 28, 4));
  }

  set frame(value: u32) {
    store<u32>(at(this, 28, 4), value);
  }

  get answerFrame(): u32 {
    return load<u32>(at(this, 32, 4));
  }

  set answerFrame(value: u32) {
    store<u32>(at(this, 32, 4), value);
  }

  get icmpFrom(): i32 {
    return load<i32>(at(this, 36, 4));
  }

  set icmpFrom(value: i32) {
    store<i32>(at(this, 36, 4), value);
  }

  get strayFrame(): u32 {
    return load<u32>(at(this, 40, 4));
  }

  set strayFrame(value: u32) {
    store<u32>(at(this, 40, 4), value);
  }

  get strayFrom(): i32 {
    return load<i32>(at(this, 44, 4));
  }

  set strayFrom(value: i32) {
    store<i32>(at(this, 44, 4), value);
  }

  get retryOf(): i32 {
    return load<i32>(at(this, 48, 4));
  }

  set retryOf(value: i32) {
    store<i32>(at(this, 48, 4), value);
  }

  get previousSameId(): i32 {
    return load<i32>(at(this, 52, 4));
  }

  set previousSameId(value: i32) {
    store<i32>(at(this, 52, 4), value);
  }

  get linked(): i32 {
    return load<i32>(at(this, 56, 4));
  }

  set linked(value: i32) {
    store<i32>(at(this, 56, 4), value);
  }

  get originalClient(): i32 {
    return load<i32>(at(this, 60, 4));
  }

  set originalClient(value: i32) {
    store<i32>(at(this, 60, 4), value);
  }

  get originalServer(): i32 {
    return load<i32>(at(this, 64, 4));
  }

  set originalServer(value: i32) {
    store<i32>(at(this, 64, 4), value);
  }

  get vni(): i32 {
    return load<i32>(at(this, 68, 4));
  }

  set vni(value: i32) {
    store<i32>(at(this, 68, 4), value);
  }

  /** The previous query with the same hash of id, type and name, from whom and to whom ever; -1 for none. */
  get previousSameQuestion(): i32 {
    return load<i32>(at(this, 72, 4));
  }

  set previousSameQuestion(value: i32) {
    store<i32>(at(this, 72, 4), value);
  }

  get clientPort(): u16 {
    return load<u16>(at(this, 76, 2));
  }

  set clientPort(value: u16) {
    store<u16>(at(this, 76, 2), value);
  }

  get serverPort(): u16 {
    return load<u16>(at(this, 78, 2));
  }

  set serverPort(value: u16) {
    store<u16>(at(this, 78, 2), value);
  }

  get id(): u16 {
    return load<u16>(at(this, 80, 2));
  }

  set id(value: u16) {
    store<u16>(at(this, 80, 2), value);
  }

  get qtype(): u16 {
    return load<u16>(at(this, 82, 2));
  }

  set qtype(value: u16) {
    store<u16>(at(this, 82, 2), value);
  }

  get ednsSize(): u16 {
    return load<u16>(at(this, 84, 2));
  }

  set ednsSize(value: u16) {
    store<u16>(at(this, 84, 2), value);
  }

  get answerCount(): u16 {
    return load<u16>(at(this, 86, 2));
  }

  set answerCount(value: u16) {
    store<u16>(at(this, 86, 2), value);
  }

  get records(): u16 {
    return load<u16>(at(this, 88, 2));
  }

  set records(value: u16) {
    store<u16>(at(this, 88, 2), value);
  }

  get originalClientPort(): u16 {
    return load<u16>(at(this, 90, 2));
  }

  set originalClientPort(value: u16) {
    store<u16>(at(this, 90, 2), value);
  }

  get originalServerPort(): u16 {
    return load<u16>(at(this, 92, 2));
  }

  set originalServerPort(value: u16) {
    store<u16>(at(this, 92, 2), value);
  }

  get ipId(): u16 {
    return load<u16>(at(this, 94, 2));
  }

  set ipId(value: u16) {
    store<u16>(at(this, 94, 2), value);
  }

  get answerIpId(): u16 {
    return load<u16>(at(this, 96, 2));
  }

  set answerIpId(value: u16) {
    store<u16>(at(this, 96, 2), value);
  }

  get rcode(): i8 {
    return load<i8>(at(this, 98, 1));
  }

  set rcode(value: i8) {
    store<i8>(at(this, 98, 1), value);
  }

  get transport(): u8 {
    return load<u8>(at(this, 99, 1));
  }

  set transport(value: u8) {
    store<u8>(at(this, 99, 1), value);
  }

  get truncated(): u8 {
    return load<u8>(at(this, 100, 1));
  }

  set truncated(value: u8) {
    store<u8>(at(this, 100, 1), value);
  }

  get icmp(): u8 {
    return load<u8>(at(this, 101, 1));
  }

  set icmp(value: u8) {
    store<u8>(at(this, 101, 1), value);
  }

  get icmpType(): u8 {
    return load<u8>(at(this, 102, 1));
  }

  set icmpType(value: u8) {
    store<u8>(at(this, 102, 1), value);
  }

  get icmpCode(): u8 {
    return load<u8>(at(this, 103, 1));
  }

  set icmpCode(value: u8) {
    store<u8>(at(this, 103, 1), value);
  }

  get counted(): u8 {
    return load<u8>(at(this, 104, 1));
  }

  set counted(value: u8) {
    store<u8>(at(this, 104, 1), value);
  }

  get undecided(): u8 {
    return load<u8>(at(this, 105, 1));
  }

  set undecided(value: u8) {
    store<u8>(at(this, 105, 1), value);
  }

  get copies(): u8 {
    return load<u8>(at(this, 106, 1));
  }

  set copies(value: u8) {
    store<u8>(at(this, 106, 1), value);
  }

  get answerCopies(): u8 {
    return load<u8>(at(this, 107, 1));
  }

  set answerCopies(value: u8) {
    store<u8>(at(this, 107, 1), value);
  }

  get ttl(): u8 {
    return load<u8>(at(this, 108, 1));
  }

  set ttl(value: u8) {
    store<u8>(at(this, 108, 1), value);
  }
}

export function layQueryColumns(from: usize, most: i32): usize {
  columns = aligned(from);
  room = most;
  return columns + ROW * room;
}

/** Where the columns begin. */
export function queryColumns(): usize {
  return columns;
}

/** Moves rows to their new places, which stand in words at `to`, -1 for those that are dropped, and clears what is behind them. */
export function compactQueries(to: usize, length: i32, kept: i32): void {
  let column = columns;
  for (let i = 0; i < DOUBLES; i++, column += 8 * room) compactColumn(column, 8, to, length, kept);
  for (let i = 0; i < WORDS; i++, column += 4 * room) compactColumn(column, 4, to, length, kept);
  for (let i = 0; i < SHORTS; i++, column += 2 * room) compactColumn(column, 2, to, length, kept);
  for (let i = 0; i < BYTES; i++, column += room) compactColumn(column, 1, to, length, kept);
}

function at(row: Query, offset: usize, size: usize): usize {
  return columns + room * offset + size * changetype<usize>(row);
}
