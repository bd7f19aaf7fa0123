/** A command that shows files, typed at a prompt or traced by `set -x`; the listing's own line number may stand before it. */
const SHOW =
  /(?:^|[\s#$>%\d+;])(?:sudo\s+(?:-\S+\s+)*)?(?:cat|ls|head|tail|more|less|readlink)((?:\s+-\S+(?:\s+\+?\d+)?)*)\s+(\S[^|;&]*)/;
/** What ends the arguments that are files. */
const REDIRECTION = /\s*\d?>.*$/;
/** The prompt tells where the reader stands: `root@node:/proc/7# `, `[root@node 7]# `. */
const IN_FOLDER = /\/proc\/(\d{1,7}(?:\/task\/\d{1,7})?)\]?\s*[#$%>]/;
const IN_NUMBER = /^[\s>\d:.)]{0,16}\[\S+@\S+\s(\d{1,7})\][#$%>]/;
const LONGEST = 400;

/** The stacks of all threads: of which process they are. */
const ALL_THREADS = /^\/proc\/(\d{1,7})\/task\/\*\/stack$/;

/** The process whose threads' stacks a typed command shows, all of them by one pattern. */
export function shownThreadsOf(text: string): number | undefined {
  if (text.length > LONGEST || !text.includes("/task/*/")) return undefined;
  const list = SHOW.exec(text)?.[2]?.replace(REDIRECTION, "").trim();
  const pid = ALL_THREADS.exec(list?.replace(/\W+$/, "") ?? "")?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * The files of `/proc` that a typed command shows, in its order.
 *
 * @returns `undefined` for a line that is no such command; empty where it names them by a pattern
 */
export function shownPaths(text: string): string[] | undefined {
  if (text.length > LONGEST || text.includes("+0x")) return undefined;
  const [typed, , list] = SHOW.exec(text) ?? [];
  if (typed === undefined || list === undefined) return undefined;
  const words = list
    .replace(REDIRECTION, "")
    .split(/\s+/)
    .map((word) => word.replaceAll(/^['"(]+|['"`)/]+$/g, ""))
    .filter((word) => word !== "" && !word.startsWith("-"));
  const folder = IN_FOLDER.exec(text)?.[1] ?? IN_NUMBER.exec(text)?.[1];
  const paths = words.map((word) =>
    folder !== undefined && /^[a-z]+$/.test(word) ? `proc/${folder}/${word}` : word,
  );
  if (paths.some((path) => /[*$?{]/.test(path)) && paths.some((path) => path.includes("stack"))) return [];
  return paths.length > 0 && paths.every((path) => /(?:^|\/)\d{1,7}(?:\/[\w/]+)?$/.test(path))
    ? paths
    : undefined;
}
