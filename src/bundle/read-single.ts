import { type Gunzipped, InquestError, gunzip, isGzip, readAll, reasonOf } from "../bytes/index.ts";
import type { BundleInput } from "./open-bundle.ts";
import { walk } from "./walk.ts";

/** Most bytes of a single artifact that are held; offsets of decoders have 32 bits. */
const LIMIT = 2 ** 31;

/**
 * The bytes of one artifact, gunzipped where it is gzipped; what stands before damage is kept, and the damage is told.
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
  const { bytes: stored } = await readAll(only.source, LIMIT);
  // Inflated at once, into one array, which costs half the memory of doing it chunk by chunk.
  const inflated = isGzip(stored) ? gunzip(stored, LIMIT) : { bytes: stored, diagnostics: [] };
  if (inflated.bytes.length === 0)
    throw new InquestError("nothing-readable", `${name}: ${reasonOf(inflated.diagnostics) ?? "empty"}`);
  return inflated;
}
