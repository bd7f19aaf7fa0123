import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";

/** Where a `/proc/PID/ns/x` link leads: the namespace's inode, or nowhere. */
export type NamespaceLink = number | "gone";

/** The links of `/proc/PID/ns`. */
export interface NamespaceLinks {
  /**
   * By kind (`pid`, `net`, `mnt`, `pid_for_children`, …). `gone`: the link was listed but does not resolve. An
   * exiting task has already left most of its namespaces; only `pid` and `user` still resolve then.
   */
  readonly links: ReadonlyMap<string, NamespaceLink>;
  /** One-based line that says it, by kind. */
  readonly lines: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Longer lines are none of `ls`; the bound also keeps hostile ones cheap. */
const LONGEST = 400;
const TARGET = /\b([a-z]+):\[(\d+)\]/;
/** `pid -> pid:[4026532278]`, with or without quotes, a path before the name, or `: ` for the arrow. */
const RESOLVED = /(?:^|[\s/'"])([a-z_]+)['"]?\s*(?:->|:|\s)\s*['"]?[a-z]+:\[(\d+)\]['"]?\s*$/;
const REFUSED = /(?:cannot read symbolic link|readlink:|ls:)\s.*?([a-z_]+)['"’]?:\s*(.+)$/;
/** A pasted listing's own number may touch the line. */
const LISTED = /^(?:\d{1,5}[.:)]?\s*)?l[rwx-]{9}.*[\s/'"]([a-z_]+)['"]?(?:\s*->\s*['"]*)?$/;
const KINDS = new Set([
  "cgroup",
  "ipc",
  "mnt",
  "net",
  "pid",
  "pid_for_children",
  "time",
  "time_for_children",
  "user",
  "uts",
]);

/**
 * Reads a listing of `/proc/PID/ns`: `ls -l` (plain, quoted, with its error lines), or what `readlink` printed.
 */
export function parseNamespaces(text: string): NamespaceLinks {
  return namespacesOf(linesOf(text));
}

/** {@link parseNamespaces} on lines that keep the numbers they have in the artifact. */
export function namespacesOf(lines: Iterable<Line>): NamespaceLinks {
  const links = new Map<string, NamespaceLink>();
  const at = new Map<string, number>();
  let denied: Line | undefined;
  const set = (kind: string, link: NamespaceLink, number: number): void => {
    // A resolved link is never undone by an error line about the same name.
    if (typeof links.get(kind) === "number" || !KINDS.has(kind)) return;
    if (!links.has(kind) || link !== "gone") at.set(kind, number);
    links.set(kind, link);
  };
  for (const line of lines) {
    const { text, number } = line;
    if (text.length > LONGEST) continue;
    const target = TARGET.exec(text);
    if (target) {
      // Without a name in front, as `readlink` prints it, the target's own kind is all there is.
      set(RESOLVED.exec(text)?.[1] ?? target[1] ?? "", Number(target[2]), number);
      continue;
    }
    const refused = REFUSED.exec(text);
    // "Permission denied" says nothing of the link: it may well resolve for another reader.
    if (refused && /permission|not permitted/i.test(refused[2] ?? "")) denied ??= line;
    else if (refused) set(refused[1] ?? "", "gone", number);
    else set(LISTED.exec(text)?.[1] ?? "", "gone", number);
  }
  return { links: denied ? resolvedOnly(links) : links, lines: at, diagnostics: diagnose(links, denied) };
}

/** Where the reader was refused, a link without a target need not be gone. */
function resolvedOnly(links: ReadonlyMap<string, NamespaceLink>): ReadonlyMap<string, NamespaceLink> {
  return new Map([...links].filter(([, link]) => link !== "gone"));
}

function diagnose(links: ReadonlyMap<string, NamespaceLink>, denied: Line | undefined): Diagnostic[] {
  if (denied) {
    const effect = [...links.values()].some((link) => link !== "gone") ? "partial" : "unread";
    return [{ effect, code: "ns-refused", message: denied.text.trim().slice(0, 200), line: denied.number }];
  }
  if (links.size > 0) return [];
  return [{ effect: "unread", code: "ns-empty", message: "no namespace link was found" }];
}
