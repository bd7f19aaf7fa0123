import { HEAD_LENGTH, readVarint } from "../bytes/index.ts";
import { isWireOf, LAST_FIELD, PROFILE } from "./schema.ts";
import { BYTES, FieldCursor, VARINT } from "./wire.ts";

/** The messages inside a profile: which of their fields are messages, and which are numbers that may be packed. */
interface Shape {
  readonly messages?: Readonly<Record<number, Shape>>;
  readonly packed?: ReadonlySet<number>;
}
const FLAT: Shape = {};
const SHAPES: Readonly<Record<number, Shape>> = {
  [PROFILE.sampleType]: FLAT,
  [PROFILE.sample]: { messages: { 3: FLAT }, packed: new Set([1, 2]) },
  [PROFILE.mapping]: FLAT,
  [PROFILE.location]: { messages: { 4: FLAT } },
  [PROFILE.function]: FLAT,
  [PROFILE.periodType]: FLAT,
};
const TABLES: readonly number[] = [PROFILE.sample, PROFILE.mapping, PROFILE.location, PROFILE.function];

/** Fields that a later profile.proto may add have numbers not far beyond today's. */
const LAST_PLAUSIBLE_FIELD = 31;

/**
 * Whether bytes are a profile.proto, not gzipped. Protobuf has no magic number, so every field of the head must be one
 * of a profile's, well formed down to its last message, and what only a profile has must be among them.
 *
 * @param head the first bytes; the last field may be cut
 */
export function isProfile(head: Uint8Array): boolean {
  const seen = new Set<number>();
  const cursor = new FieldCursor(head);
  while (cursor.next(head.length)) {
    const { field, wire, start, stop } = cursor;
    if (field > LAST_PLAUSIBLE_FIELD || !isWireOf(field, wire)) return false;
    // The first string of a profile is "".
    if (field === PROFILE.string && !seen.has(field) && start !== stop) return false;
    const shape = SHAPES[field];
    if (shape !== undefined && !isMessage(head, start, stop, shape)) return false;
    if (field <= LAST_FIELD) seen.add(field);
  }
  if (cursor.fault === "malformed") return false;
  // One sample, or one table, may be longer than the whole head.
  const isCut = head.length >= HEAD_LENGTH;
  if (seen.has(PROFILE.sampleType))
    return isCut || seen.has(PROFILE.string) || TABLES.some((field) => seen.has(field));
  return seen.has(PROFILE.string) && (isCut || seen.size > 1);
}

/** All fields of profile.proto's messages are varints, but those that a shape names. */
function isMessage(bytes: Uint8Array, start: number, stop: number, shape: Shape): boolean {
  const cursor = new FieldCursor(bytes, start);
  while (cursor.next(stop)) {
    const { field, wire } = cursor;
    if (field > LAST_FIELD) return false;
    const inner = shape.messages?.[field];
    if (inner !== undefined) {
      if (wire !== BYTES || !isMessage(bytes, cursor.start, cursor.stop, inner)) return false;
    } else if (wire === BYTES) {
      if (shape.packed?.has(field) !== true || !areVarints(bytes, cursor.start, cursor.stop)) return false;
    } else if (wire !== VARINT) return false;
  }
  return cursor.fault === undefined;
}

function areVarints(bytes: Uint8Array, start: number, stop: number): boolean {
  const cursor = new FieldCursor(bytes, start);
  while (cursor.at < stop) if (!readVarint(bytes, cursor, stop)) return false;
  return true;
}
