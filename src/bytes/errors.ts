/** Why an {@link InquestError} was thrown. */
export type ErrorCode =
  /** A path that was named does not exist, or can't be opened. */
  | "not-found"
  /** Nothing that was given could be read as an artifact. */
  | "nothing-readable"
  /** A bound on memory or on output was reached. */
  | "limit"
  /** The caller broke the terms of a function. */
  | "misuse";

/**
 * The one error of this package. It is thrown for misuse, for paths that don't exist, and for limits; never for
 * damaged evidence, which becomes a {@link Diagnostic}.
 */
export class InquestError extends Error {
  override readonly name = "InquestError";
  readonly code: ErrorCode;
  /** The artifact or path concerned, as the caller named it. */
  readonly path: string | undefined;
  /** Byte offset in that artifact. */
  readonly offset: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    where: { path?: string; offset?: number; cause?: unknown } = {},
  ) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.code = code;
    this.path = where.path;
    this.offset = where.offset;
  }
}
