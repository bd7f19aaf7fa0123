import type { ByteSource, Diagnostic, Model } from "../bytes/index.ts";
import { complaintOf, headText, readAll, reasonOf, sourceOf, statusOf } from "../bytes/index.ts";
import type { Content, FoundArtifact } from "./artifact.ts";
import { Budget } from "./budget.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { compressionOf } from "./compressions.ts";
import { deepFormats, findDeep } from "./find-deep.ts";
import { type AnyFormat, FORMATS } from "./formats.ts";
import type { HeldCaptures } from "./held-captures.ts";
import { logHosts } from "./log-hosts.ts";
import { peek } from "./peek.ts";
import { scanning } from "./scanning.ts";
import { searchLeaf } from "./search-leaf.ts";
import { isTar, tarMembers } from "./tar.ts";
import type { TextSearch } from "./text-search.ts";
import { isPacked, unknownReason } from "./unknown-reason.ts";
import type { Found } from "./walk.ts";
import { explain, namespaceLink } from "./walk.ts";
import { zipMembers } from "./zip.ts";
import { isZip } from "./zip-header.ts";

/** Forms inside forms that are opened, `x.tar.gz` being two; deeper ones are named. */
const MAX_NESTING = 8;
/** Most bytes of an artifact that is of several kinds at once: it must be held to be decoded more than once. */
const SHARED_LIMIT = 256 * 1024 * 1024;

/** What tools that compress a file put behind its name, which formats know it by. */
const COMPRESSED_NAME = /\.(?:gz|xz|zst|bz2)$/;

/** What is known on the way from a file to the artifacts in it. */
interface Way {
  /** What happened to the bytes. */
  readonly transport: Diagnostic[];
  readonly nesting: number;
  readonly budget: Budget;
  /** What is looked for in texts. */
  readonly searches: readonly TextSearch[];
  /** Where parts of a rotation wait for the others. */
  readonly held: HeldCaptures | undefined;
}

/**
 * Reads one thing that was found: an artifact, or all artifacts of an archive.
 *
 * @param searches what is looked for in texts on the way
 * @param held takes captures of archives that may be parts of one, which are then not read here
 */
export async function* readArtifacts(
  found: Found,
  searches: readonly TextSearch[] = [],
  held?: HeldCaptures,
): AsyncGenerator<FoundArtifact> {
  const budget = new Budget();
  yield* readFound("source" in found ? { ...found, source: budget.counted(found.source) } : found, {
    nesting: 0,
    budget,
    searches,
    held,
  });
}

async function* readFound(found: Found, way: Omit<Way, "transport">): AsyncGenerator<FoundArtifact> {
  if ("unread" in found) {
    yield { path: found.path, kind: "unknown", status: "unread", reason: found.unread };
    return;
  }
  yield* readMember(found.path, found.source, { ...way, transport: [] });
}

async function* readSource(path: string, input: ByteSource, way: Way): AsyncGenerator<FoundArtifact> {
  const { head, source, close } = await peek(input);
  const report = (diagnostic: Diagnostic): number => way.transport.push(diagnostic);
  const deeper = { ...way, nesting: way.nesting + 1 };
  const compression = compressionOf(head);
  try {
    if (way.nesting >= MAX_NESTING) yield* readSearched(path, head, source, way);
    else if (compression) {
      const unpacked = way.budget.bounded(compression.unpack(source, report), report);
      yield* readSource(path, unpacked, deeper);
    } else if (isTar(head)) yield* readTar(path, source, deeper);
    // The directory of a file stands at its end.
    else if (isZip(head)) yield* readZip(path, input.read ? input : source, deeper);
    else yield* readSearched(path, head, source, way);
  } finally {
    await close();
  }
}

async function* readSearched(
  path: string,
  head: Uint8Array,
  source: ByteSource,
  { transport, searches }: Way,
): AsyncGenerator<FoundArtifact> {
  yield* searchLeaf({ path, head, source }, transport, searches, (watched) =>
    readLeaf(path, head, watched, transport),
  );
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
    const compression = compressionOf(head);
    if (compression) source = compression.unpack(packed, (d) => transport.push(d));
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

async function* readTar(path: string, source: ByteSource, way: Way): AsyncGenerator<FoundArtifact> {
  const { transport, budget } = way;
  for await (const member of tarMembers(source, (d) => transport.push(d))) {
    if (member.type === "directory") continue;
    if (!budget.takesMember()) {
      transport.push(TOO_MANY);
      break;
    }
    const memberPath = memberName(path, member.name);
    if (member.type === "file") yield* readFound({ path: memberPath, source: member.source }, way);
    else yield* readFound(readLink(memberPath, member.type, member.linkname), way);
  }
  yield* archiveDamage(path, transport);
}

async function* readZip(path: string, source: ByteSource, way: Way): AsyncGenerator<FoundArtifact> {
  const { transport, budget } = way;
  for await (const member of zipMembers(source, (d) => transport.push(d))) {
    if (member.type === "directory") continue;
    if (!budget.takesMember()) {
      transport.push(TOO_MANY);
      break;
    }
    const memberPath = memberName(path, member.name);
    const own: Diagnostic[] = [];
    const report = (d: Diagnostic): number => own.push(d);
    if (member.unread !== undefined) yield* readFound({ path: memberPath, unread: member.unread }, way);
    else if (member.type === "link") yield* readFound(readLink(memberPath, "symlink", ""), way);
    else {
      const bytes = budget.bounded(member.source(report), report);
      yield* readMember(memberPath, bytes, { ...way, transport: own });
    }
  }
  yield* archiveDamage(path, transport);
}

/** What is to be read of a member of an archive now; nothing where it waits for the others of its rotation. */
const offered = async (path: string, source: ByteSource, way: Way): Promise<ByteSource | undefined> =>
  way.nesting > 0 && way.held ? way.held.offer(path, source, () => way.transport.length > 0) : source;

/** A member whose damage is told to `way.transport`. */
async function* readMember(path: string, source: ByteSource, way: Way): AsyncGenerator<FoundArtifact> {
  try {
    const member = await offered(path, source, way);
    if (member) yield* readSource(path, noticingCuts(member, way.transport), way);
  } catch (error) {
    yield { path, kind: "unknown", status: "unread", reason: explain(error) };
  }
}

const TOO_MANY: Diagnostic = {
  effect: "partial",
  code: "archive-limit",
  message: "the archive has too many members; the rest was left out",
};

function* archiveDamage(path: string, transport: readonly Diagnostic[]): Generator<FoundArtifact> {
  const reason = reasonOf(transport);
  if (reason !== undefined) yield { path, kind: "archive", status: "partial", reason };
}

function memberName(archive: string, member: string): string {
  const name = cleanName(member);
  return name === "" ? archive : `${archive}/${name}`;
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
  const hosts = logHosts(head);
  for await (const artifact of readKinds(path, head, source, transport))
    yield hosts.length > 0 ? { ...artifact, logHosts: hosts } : artifact;
}

async function* readKinds(
  path: string,
  head: Uint8Array,
  source: ByteSource,
  transport: Diagnostic[],
): AsyncGenerator<FoundArtifact> {
  const name = path.replace(COMPRESSED_NAME, "");
  const recognised = FORMATS.filter((format) => format.recognise(head, name));
  const complaint = recognised.some(({ kind }) => kind.startsWith("proc-")) ? undefined : complaintIn(head);
  if (complaint !== undefined) {
    const kinds = recognised.length > 0 ? recognised.map(({ kind }) => kind) : ["unknown"];
    for (const kind of kinds)
      yield { path, kind, status: "unread", reason: `the command failed: ${complaint}` };
    return;
  }
  const { watched, scanned } = scanning(source, recognised, name);
  const formats: AnyFormat[] = recognised.filter((format) => format.scan === undefined);
  const deep = deepFormats(head, formats);
  let each: ByteSource = watched;
  if (formats.length === 0) {
    const found = await findDeep(watched, deep);
    if (!found) {
      const models = await scanned();
      for (const [format, model] of models) yield artifactOf(path, format, model, transport);
      if (models.length > 0) return;
      const reason = reasonOf(transport) ?? unknownReason(head);
      yield { path, kind: isPacked(head) ? "archive" : "unknown", status: "unread", reason };
      return;
    }
    formats.push(found.format);
    each = found.source;
  } else if (formats.length + deep.length > 1) {
    const { bytes, complete } = await readAll(watched, SHARED_LIMIT);
    if (!complete) {
      const message = `only the first ${SHARED_LIMIT} bytes were read`;
      transport.push({ effect: "partial", code: "shared-limit", message });
    }
    each = sourceOf(bytes);
    const found = await findDeep(each, deep);
    if (found) formats.push(found.format);
  }
  for (const format of formats) yield artifactOf(path, format, await format.decode(each, name), transport);
  for (const [format, model] of await scanned()) yield artifactOf(path, format, model, transport);
}

/** Most bytes of a text that may be a complaint and nothing else. */
const LONGEST_COMPLAINT = 4096;

/** What came in place of a command's output. Files of `/proc/PID` tell by themselves what a refusal to read them means. */
function complaintIn(head: Uint8Array): string | undefined {
  const text = head.length <= LONGEST_COMPLAINT ? headText(head) : undefined;
  return text === undefined ? undefined : complaintOf(text);
}

function artifactOf(path: string, { kind }: AnyFormat, model: Model, transport: Diagnostic[]): FoundArtifact {
  // A format's kind and its model belong together; the compiler can't see it through the union.
  const content = { kind, model } as Content;
  const diagnostics = [...model.diagnostics, ...transport];
  const status = statusOf(diagnostics);
  const reason = reasonOf(diagnostics);
  const about = { path, kind, status, ...(reason !== undefined && { reason }) };
  return status === "unread" ? about : { ...about, content };
}

/** A member's name as a label: no NUL, no leading `./` or `/`, and no `..` to mislead whoever reads it. */
function cleanName(name: string): string {
  return name
    .replaceAll("\0", "\ufffd")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .join("/");
}
