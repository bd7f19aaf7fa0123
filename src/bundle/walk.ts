import type { Dirent, Stats } from "node:fs";
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve, sep } from "node:path";
import type { ByteSource } from "../bytes/index.ts";
import { InquestError, sourceOf } from "../bytes/index.ts";
import { fileSource } from "./file-source.ts";

/** Something found at a path: bytes to read, or the reason why there are none. */
export type Found = FoundFile | { readonly path: string; readonly unread: string };

/** Something that has bytes. */
export interface FoundFile {
  readonly path: string;
  readonly source: ByteSource;
  /** The folder that it lies in, where it is a file by itself and can be read again; never shown to anybody. */
  readonly folder?: string;
}

/** Levels of folders below a path that are entered. */
const MAX_DEPTH = 64;

/**
 * Everything at a path of the file system, folders entered in name order. Links are followed only inside the folder
 * that was named; sockets, pipes and devices are named and never opened.
 *
 * @param name what stands for the path in front of what is below it
 * @throws InquestError `not-found` where the path itself doesn't exist
 */
export function* walk(path: string, name: string = lastComponent(path)): Generator<Found> {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw new InquestError("not-found", `${path}: ${explain(error)}`, { path, cause: error });
  }
  if (stats.isDirectory()) yield* walkFolder(path, name, realpathSync(path), MAX_DEPTH);
  else yield visit(path, name, stats);
}

/** A path's last component, also of `.` and of a path that ends in a slash. */
export function lastComponent(path: string): string {
  return basename(resolve(path));
}

function* walkFolder(folder: string, name: string, root: string, depth: number): Generator<Found> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield { path: name, unread: `the folder can't be listed: ${explain(error)}` };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const label = `${name}/${entry.name}`;
    if (entry.isDirectory()) {
      if (depth > 0) yield* walkFolder(path, label, root, depth - 1);
      else yield { path: label, unread: `folders are nested more than ${MAX_DEPTH} deep here` };
    } else if (entry.isSymbolicLink()) {
      yield followLink(path, label, root);
    } else {
      try {
        yield visit(path, label, lstatSync(path));
      } catch (error) {
        yield { path: label, unread: explain(error) };
      }
    }
  }
}

/** What a link's target says where the link itself is the fact, as in `/proc/PID/ns/pid -> pid:[4026531836]`. */
const NAMESPACE_LINK = /^(\w+):\[(\d+)\]$/;

/** A namespace link as a source: its text is what `ls -l` would print of it. */
export function namespaceLink(path: string, target: string): ByteSource | undefined {
  if (!NAMESPACE_LINK.test(target)) return undefined;
  return sourceOf(new TextEncoder().encode(`${path.slice(path.lastIndexOf("/") + 1)} -> ${target}\n`));
}

function followLink(path: string, label: string, root: string): Found {
  try {
    const target = readlinkSync(path);
    const source = namespaceLink(label, target);
    if (source) return { path: label, source };
    const real = realpathSync(path);
    if (real !== root && !real.startsWith(root + sep)) {
      return { path: label, unread: "a link to outside the folder, not followed" };
    }
    const stats = statSync(real);
    if (stats.isDirectory()) return { path: label, unread: "a link to a folder, not followed" };
    return visit(real, label, stats);
  } catch (error) {
    return { path: label, unread: `a link that can't be followed: ${explain(error)}` };
  }
}

function visit(path: string, label: string, stats: Stats): Found {
  if (!stats.isFile())
    return { path: label, unread: "not a regular file: sockets, pipes and devices are not opened" };
  return { path: label, source: fileSource(path, stats.size), folder: resolve(path, "..") };
}

const EXPLANATIONS: Record<string, string> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EIO: "input/output error",
  ELOOP: "too many links",
  ENAMETOOLONG: "the name is too long",
};

/** A system error in words that name no path of this machine. */
export function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return EXPLANATIONS[code] ?? (code === "" ? String(error) : `can't be read (${code})`);
}
