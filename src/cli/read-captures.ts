import { compressionOf } from "../bundle/compressions.ts";
import { peek } from "../bundle/peek.ts";
import { readSingle } from "../bundle/read-single.ts";
import { walk } from "../bundle/walk.ts";
import {
  type ByteSource,
  type Diagnostic,
  InquestError,
  reasonOf,
  sourceOf,
  statusOf,
} from "../bytes/index.ts";
import { type Capture, type CaptureOptions, isCapture, readCapture } from "../pcap/index.ts";
import { printable } from "../report/escape.ts";
import { DASH } from "./outcome.ts";
import { tellDamage } from "./tell-damage.ts";

/** A capture that was named on the command line. */
export interface OpenedCapture {
  /** As it was named. */
  readonly path: string;
  readonly capture: Capture;
}

/**
 * Reads captures one after the other; one that can't be read is told on standard error, and the others go on.
 *
 * @param show called with each that could be read
 * @throws {InquestError} `not-found` where a path doesn't exist, before anything is read; `nothing-readable` where none could
 *   be read
 */
export async function readCaptures(
  paths: readonly string[],
  options: CaptureOptions,
  show: (opened: OpenedCapture) => Promise<void>,
): Promise<void> {
  const sources = paths.map(sourceAt);
  let unread: InquestError | undefined;
  let shown = 0;
  for (const { path, source } of sources) {
    try {
      await show(await readOne(path, source, options));
      shown++;
    } catch (error) {
      if (!(error instanceof InquestError) || error.code !== "nothing-readable") throw error;
      if (paths.length > 1) process.stderr.write(`inquest: ${printable(error.message)}\n`);
      unread = error;
    }
  }
  if (shown === 0 && unread !== undefined)
    throw paths.length === 1 ? unread : new InquestError("nothing-readable", "no capture could be read");
}

async function readOne(path: string, source: ByteSource, options: CaptureOptions): Promise<OpenedCapture> {
  const transport: Diagnostic[] = [];
  const capture = await readCapture(inflated(path, source, transport), options);
  if (statusOf(capture.diagnostics) === "unread")
    throw new InquestError(
      "nothing-readable",
      `${path}: ${reasonOf([...transport, ...capture.diagnostics]) ?? "not a capture"}`,
    );
  tellDamage(path, [...transport, ...capture.diagnostics]);
  return { path, capture };
}

/**
 * One capture as a source of its bytes, without gzip.
 *
 * @param again whether it will be read more than once: standard input is held in memory then
 */
export async function openCapture(
  argument: string,
  again: boolean,
): Promise<{ path: string; source: ByteSource; noticed: Diagnostic[] }> {
  const { path, source } = sourceAt(argument);
  const noticed: Diagnostic[] = [];
  if (source.read !== undefined || !again) return { path, source: inflated(path, source, noticed), noticed };
  const { bytes, diagnostics } = await readSingle({ name: path, source });
  noticed.push(...diagnostics);
  return { path, source: inflated(path, sourceOf(bytes), noticed), noticed };
}

/**
 * Reads captures as one.
 *
 * @throws {InquestError} `not-found` where a path doesn't exist; `nothing-readable` where none could be read
 */
export async function readMerged(paths: readonly string[], options: CaptureOptions): Promise<OpenedCapture> {
  const transport: Diagnostic[] = [];
  const sources = paths.map(sourceAt);
  const capture = await readCapture(
    sources.map(({ path, source }) => inflated(path, source, transport, true)),
    options,
  );
  const path = sources.map((each) => each.path).join(" ");
  const diagnostics = [...transport, ...capture.diagnostics];
  if (statusOf(capture.diagnostics) === "unread" || capture.linkTypes.length === 0)
    throw new InquestError("nothing-readable", `${path}: ${reasonOf(diagnostics) ?? "not a capture"}`);
  tellDamage(path, diagnostics);
  return { path, capture };
}

/** The source that an argument names: a file's can be streamed more than once, standard input's can't. */
export function sourceAt(argument: string): { path: string; source: ByteSource } {
  if (argument === DASH) return { path: "-", source: { size: undefined, stream: () => process.stdin } };
  const [only, ...others] = walk(argument);
  if (only === undefined || others.length > 0)
    throw new InquestError("misuse", `${argument}: a single file is needed here`);
  if ("unread" in only) throw new InquestError("nothing-readable", `${argument}: ${only.unread}`);
  return { path: argument, source: only.source };
}

/**
 * A source without its gzip or Zstandard compression, if it has one.
 *
 * @param noticed takes damage of the compression
 * @param lenient whether what is no capture is given as it is
 * @throws {InquestError} `nothing-readable`, when it is streamed, for what is no capture at all
 */
export function inflated(
  path: string,
  input: ByteSource,
  noticed: Diagnostic[],
  lenient = false,
): ByteSource {
  return {
    size: undefined,
    async *stream() {
      const outer = await peek(input);
      const compression = compressionOf(outer.head);
      const inner =
        compression === undefined
          ? outer
          : await peek(compression.unpack(outer.source, (d) => noticed.push(d)));
      try {
        if (!lenient && !isCapture(inner.head)) {
          const why = reasonOf(noticed) ?? (inner.head.length === 0 ? "empty" : "not a packet capture");
          throw new InquestError("nothing-readable", `${path}: ${why}`);
        }
        yield* inner.source.stream();
      } finally {
        await inner.close();
        await outer.close();
      }
    },
  };
}
