import type { ByteSource, Diagnostic } from "../bytes/index.ts";
import { isGzip, readAll, reasonOf, sourceOf, statusOf } from "../bytes/index.ts";
import type { Content, FoundArtifact } from "./artifact.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { deepFormats, findDeep } from "./find-deep.ts";
import { type AnyFormat, FORMATS } from "./formats.ts";
import { gunzipSource } from "./gunzip-stream.ts";
import { peek } from "./peek.ts";
import { searchLeaf } from "./search-leaf.ts";
import { isTar, tarMembers } from "./tar.ts";
import type { TextSearch } from "./text-search.ts";
import type { Found } from "./walk.ts";
import { explain, namespaceLink } from "./walk.ts";
import { isZstd } from "./zstd-frames.ts";
import { zstdSource } from "./zstd-stream.ts";

/** Archives inside archives that are opened; deeper ones are named. */
const MAX_NESTING = 4;
/** Most bytes of an artifact that is of several kinds at once: it must be held to be decoded more than once. */
const SHARED_LIMIT = 256 * 1024 * 1024;

/** Compressed and packed forms that are recognised and not opened. */
const UNOPENED: readonly (readonly [magic: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz-compressed"],
  [[0x42, 0x5a, 0x68], "bzip2-compressed"],
  [[0x04, 0x22, 0x4d, 0x18], "lz4-compressed"],
];

/**
 * Reads one thing that was found: an artifact, or all artifacts of an archive.
 *
 * @param searches what is looked for in texts on the way
 */
export async function* readArtifacts(
  found: Found,
  searches: readonly TextSearch[] = [],
  nesting = 0,
): AsyncGenerator<FoundArtifact> {
  if ("unread" in found) {
    yield { path: found.path, kind: "unknown", status: "unread", reason: found.unread };
    return;
  }
  try {
    const transport: Diagnostic[] = [];
    yield* readSource(found.path, noticingCuts(found.source, transport), transport, searches, nesting);
  } catch (error) {
    yield { path: found.path, kind: "unknown", status: "unread", reason: explain(error) };
  }
}

async function* readSource(
  path: string,
  input: ByteSource,
  transport: Diagnostic[],
  searches: readonly TextSearch[],
  nesting: number,
): AsyncGenerator<FoundArtifact> {
  const { head, source, close } = await peek(input);
  try {
    if (isGzip(head) && nesting < MAX_NESTING) {
      yield* readSource(
        path,
        gunzipSource(source, (d) => transport.push(d)),
        transport,
        searches,
        nesting + 1,
      );
    } else if (isZstd(head) && nesting < MAX_NESTING) {
      yield* readSource(
        path,
        zstdSource(source, (d) => transport.push(d)),
        transport,
        searches,
        nesting + 1,
      );
    } else if (isTar(head) && nesting < MAX_NESTING) {
      yield* readTar(path, source, transport, searches, nesting + 1);
    } else {
      yield* searchLeaf({ path, head, source }, transport, searches, (watched) =>
        readLeaf(path, head, watched, transport),
      );
    }
  } finally {
    await close();
  }
}

/**
 * The bytes of a file below whatever it is compressed with, which may be streamed again and again as those of the file may.
 *
 * @returns `undefined` where that is nested too deep
 */
export async function unpacked(
  file: ByteSource,
  transport: Diagnostic[],
): Promise<{ head: Uint8Array; source: ByteSource } | undefined> {
  let source = noticingCuts(file, transport);
  for (let nesting = 0; nesting < MAX_NESTING; nesting++) {
    const { head: start, close } = await peek(source);
    await close();
    // Without the rest of the chunk that it came in.
    const head = start.slice();
    const packed = source;
    const report = (d: Diagnostic): number => transport.push(d);
    if (isGzip(head)) source = gunzipSource(packed, report);
    else if (isZstd(head)) source = zstdSource(packed, report);
    else return { head, source: nesting === 0 ? source : readable(source, head) };
  }
  return undefined;
}

/** A source that may be streamed again and again, with random access, which is cheap at the beginning alone. */
function readable(source: ByteSource, head: Uint8Array): ByteSource {
  return {
    ...source,
    async read(position, length) {
      if (position + length <= head.length) return head.subarray(position, position + length);
      const reader = new ChunkReader(source);
      await reader.skip(position);
      const bytes = await reader.take(length);
      await reader.close();
      return bytes;
    },
  };
}

/** The same source; if it ends before its stated size, as in a cut archive, that is reported. */
function noticingCuts(source: ByteSource, transport: Diagnostic[]): ByteSource {
  const { size } = source;
  if (size === undefined) return source;
  return {
    ...source,
    async *stream() {
      let length = 0;
      for await (const chunk of source.stream()) {
        length += chunk.length;
        yield chunk;
      }
      if (length >= size) return;
      transport.push({
        effect: "partial",
        code: "cut",
        message: `only ${length} of its ${size} bytes are there`,
      });
    },
  };
}

async function* readTar(
  path: string,
  source: ByteSource,
  transport: Diagnostic[],
  searches: readonly TextSearch[],
  nesting: number,
): AsyncGenerator<FoundArtifact> {
  for await (const member of tarMembers(source, (d) => transport.push(d))) {
    const name = cleanName(member.name);
    const memberPath = name === "" ? path : `${path}/${name}`;
    if (member.type === "directory") continue;
    if (member.type === "file")
      yield* readArtifacts({ path: memberPath, source: member.source }, searches, nesting);
    else yield* readArtifacts(readLink(memberPath, member.type, member.linkname), searches, nesting);
  }
  const reason = reasonOf(transport);
  if (reason !== undefined) yield { path, kind: "archive", status: "partial", reason };
}

function readLink(path: string, type: string, target: string): Found {
  const source = type === "symlink" ? namespaceLink(path, target) : undefined;
  if (source) return { path, source };
  const what =
    type === "symlink" || type === "link"
      ? "a link inside an archive"
      : `a ${type === "other" ? "special" : type} member of an archive`;
  return { path, unread: `${what}: only plain files are read` };
}

async function* readLeaf(
  path: string,
  head: Uint8Array,
  source: ByteSource,
  transport: Diagnostic[],
): AsyncGenerator<FoundArtifact> {
  const formats: AnyFormat[] = FORMATS.filter((format) => format.recognise(head, path));
  const deep = deepFormats(head, formats);
  let each: ByteSource = source;
  if (formats.length === 0) {
    const found = await findDeep(source, deep);
    if (!found) {
      const reason = reasonOf(transport) ?? unknownReason(head);
      yield { path, kind: isPacked(head) ? "archive" : "unknown", status: "unread", reason };
      return;
    }
    formats.push(found.format);
    each = found.source;
  } else if (formats.length + deep.length > 1) {
    const { bytes, complete } = await readAll(source, SHARED_LIMIT);
    if (!complete) {
      const message = `only the first ${SHARED_LIMIT} bytes were read`;
      transport.push({ effect: "partial", code: "shared-limit", message });
    }
    each = sourceOf(bytes);
    const found = await findDeep(each, deep);
    if (found) formats.push(found.format);
  }
  for (const format of formats) {
    const model = await format.decode(each, path);
    // A format's kind and its model belong together; the compiler can't see it through the union.
    const content = { kind: format.kind, model } as Content;
    const diagnostics = [...model.diagnostics, ...transport];
    const status = statusOf(diagnostics);
    const reason = reasonOf(diagnostics);
    const about = { path, kind: format.kind, status, ...(reason !== undefined && { reason }) };
    yield status === "unread" ? about : { ...about, content };
  }
}

const isPacked = (head: Uint8Array): boolean => isGzip(head) || isZstd(head) || isTar(head);

function unknownReason(head: Uint8Array): string {
  if (head.length === 0) return "empty";
  if (isPacked(head)) return `archives are nested more than ${MAX_NESTING} deep here`;
  for (const [magic, what] of UNOPENED) {
    if (magic.every((byte, i) => head[i] === byte)) return `${what}: not a form that is opened`;
  }
  return "not a kind of artifact that inquest knows";
}

/** A member's name as a label: no leading `./` or `/`, and no `..` to mislead whoever reads it. */
function cleanName(name: string): string {
  return name
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .join("/");
}
