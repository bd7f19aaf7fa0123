import type { ByteSource } from "../bytes/index.ts";
import { readAll, sourceOf } from "../bytes/index.ts";
import { captureFormat } from "../pcap/index.ts";
import { isRotatedName } from "./rotation-names.ts";
import type { Found } from "./walk.ts";

/** Most bytes of a member of an archive that is kept, and of all of them. */
const LARGEST = 16 * 2 ** 20;
const MOST = 64 * 2 ** 20;

/**
 * Captures in archives that may be parts of one rotation. An archive is read once from its beginning to its end, and the parts can
 * stand in any order: small ones are kept until all are there, where the archive says how long they are, as tar does.
 */
export class HeldCaptures {
  readonly found: Found[] = [];
  #bytes = 0;

  /**
   * Keeps a member, if it is an undamaged capture that is called as those of rotations are, and small enough.
   *
   * @param isDamaged whether anything was complained of while it was read
   * @returns what to read in its place now; nothing where it is kept
   */
  async offer(path: string, source: ByteSource, isDamaged: () => boolean): Promise<ByteSource | undefined> {
    const { size } = source;
    if (size === undefined || size > Math.min(LARGEST, MOST - this.#bytes) || !isRotatedName(path))
      return source;
    const { bytes } = await readAll(source, size);
    const kept: ByteSource = { ...sourceOf(bytes), size };
    if (bytes.length < size || isDamaged() || !captureFormat.recognise(bytes, path)) return kept;
    this.#bytes += size;
    this.found.push({ path, source: kept, folder: path.slice(0, path.lastIndexOf("/") + 1) });
    return undefined;
  }
}
