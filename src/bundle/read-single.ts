import {
  type Diagnostic,
  type Gunzipped,
  InquestError,
  gunzip,
  isGzip,
  readAll,
  reasonOf,
  sourceOf,
} from "../bytes/index.ts";
import type { Compression } from "./compressions.ts";
import { compressionOf } from "./compressions.ts";
import { inflateLarge } from "./inflate-large.ts";
import type { BundleInput } from "./open-bundle.ts";
import { walk } from "./walk.ts";

/** Most bytes of a single artifact that are held; offsets of decoders have 32 bits. */
const LIMIT = 2 ** 31;
/** What a compressed file may inflate to: so much however small it is, and beyond that a ratio that no artifact comes near. */
const FREE_OUTPUT = 256 * 1024 * 1024;
const MAX_RATIO = 100;

/**
 * The bytes of one artifact, unpacked where it is compressed; what stands before damage is kept, and the damage is told.
 *
 * @throws InquestError `not-found` where the path doesn't exist; `misuse` for a folder; `nothing-readable` where no byte
 *   can be read
 */
export async function readSingle(input: BundleInput): Promise<Gunzipped> {
  const name = typeof input === "string" ? input : input.name;
  const found = typeof input === "string" ? [...walk(input)] : [{ path: input.name, source: input.source }];
  const [only] = found;
  if (found.length !== 1 || !only) throw new InquestError("misuse", `${name}: a single file is needed here`);
  if ("unread" in only) throw new InquestError("nothing-readable", `${name}: ${only.unread}`);
  const large = await inflateLarge(only.source, LIMIT);
  if (large !== undefined) return { bytes: large, diagnostics: [] };
  const { bytes: stored } = await readAll(only.source, LIMIT);
  // Inflated at once, into one array, which costs half the memory of doing it chunk by chunk.
  const inflated = isGzip(stored) ? gunzip(stored, outputLimit(stored.length)) : await unpackedOf(stored);
  if (inflated.bytes.length === 0)
    throw new InquestError("nothing-readable", `${name}: ${reasonOf(inflated.diagnostics) ?? "empty"}`);
  return inflated;
}

/** Where a bomb of this size stops. */
function outputLimit(packed: number): number {
  return Math.min(LIMIT, Math.max(FREE_OUTPUT, MAX_RATIO * packed));
}

async function unpackedOf(stored: Uint8Array): Promise<Gunzipped> {
  const compression = compressionOf(stored);
  return compression ? unpack(compression, stored) : { bytes: stored, diagnostics: [] };
}

async function unpack(compression: Compression, stored: Uint8Array): Promise<Gunzipped> {
  const diagnostics: Diagnostic[] = [];
  const source = compression.unpack(sourceOf(stored), (d) => diagnostics.push(d));
  const limit = outputLimit(stored.length);
  const { bytes, complete } = await readAll(source, limit);
  const message = `it inflates to more than ${limit} bytes; the rest was left out`;
  if (!complete) diagnostics.push({ effect: "partial", code: "unpacked-limit", message });
  return { bytes, diagnostics };
}
