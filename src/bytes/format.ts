import type { ByteSource } from "./byte-source.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What every decoded artifact has, whatever its kind. */
export interface Model {
  /** What was noticed on the way; empty for a whole and healthy artifact. */
  readonly diagnostics: readonly Diagnostic[];
}

/** An artifact that is being read. */
export interface Scan<M extends Model> {
  /** Takes the next bytes, which may change afterwards. */
  take(chunk: Uint8Array): void;
  /** The model, when all bytes were taken. */
  finish(): M;
}

/** How one kind of artifact is recognised and decoded. Each decoder room exports its formats. */
export interface Format<Kind extends string, M extends Model> {
  /** The artifact's kind, as reports name it. */
  readonly kind: Kind;
  /**
   * Whether an artifact is of this kind.
   *
   * @param head the first bytes, up to {@link HEAD_LENGTH}, after any gzip was removed; never mutated
   * @param path the artifact's path with `/` between folders. Content decides; the name is asked only where the
   *   content can't tell (`/proc/PID/comm` is any text at all)
   */
  recognise(head: Uint8Array, path: string): boolean;
  /**
   * For what may begin anywhere in a long text, as a dump in a log: whether it does in a piece of it. Asked of one piece after
   * the other where the head is not of this kind.
   *
   * @param piece whole lines; never mutated
   */
  occursIn?(piece: Uint8Array): boolean;
  /**
   * For what is read in one pass and little memory: {@link Format.decode} in steps, so that the bytes may go to other formats
   * as well while they pass.
   */
  scan?(path: string): Scan<M>;
  /**
   * Decodes a recognised artifact. Damage becomes diagnostics; only a programming error throws.
   *
   * @param path as for {@link Format.recognise}
   */
  decode(source: ByteSource, path: string): Promise<M>;
}

/** Bytes of an artifact that recognisers may look at. */
export const HEAD_LENGTH = 64 * 1024;
