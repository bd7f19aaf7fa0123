/** What a view takes for one node: pprof's granularities. */
export type Granularity = "functions" | "filefunctions" | "files" | "lines" | "addresses";

/** The place in the program that a node stands for, as far as the granularity tells places apart. */
export interface NodeInfo {
  /** A function's name; "" for code without symbols. */
  readonly name: string;
  readonly file: string;
  /** 0 where lines are not told apart. */
  readonly line: number;
  /** Where the function begins; 0 where the profile doesn't tell. Of functions of one name, the first one's. */
  readonly startLine: number;
  readonly address: bigint;
  /** The binary's path and build id, where the name is absent. */
  readonly binary: string;
  readonly buildId: string;
}

/** What a node is called: address, function, place; or the binary where nothing else is known. */
export function printableName({ name, file, line, address, binary }: NodeInfo): string {
  // Nearly every node is a function's alone.
  if (name !== "" && file === "" && line === 0 && address === 0n) return name;
  const parts: string[] = [];
  if (address !== 0n) parts.push(address.toString(16).padStart(16, "0"));
  if (name !== "") parts.push(name);
  if (line !== 0) parts.push(`${file}:${line}`);
  else if (file !== "") parts.push(file);
  else if (name === "") parts.push(binary === "" ? "<unknown>" : `[${baseOf(binary)}]`);
  return parts.join(" ");
}

/** The last part of a path. */
export function baseOf(path: string): string {
  const end = path.replace(/\/+$/, "");
  return end.slice(end.lastIndexOf("/") + 1) || "/";
}

/** Where Bazel's sandbox has a build's sources. */
const SANDBOX = /^\/proc\/self\/cwd\/(?:\.\/)?/;

/** A source file's path without what tells nothing: pprof's own trimming, and then {@link cleanPath}. */
export const cleanFile = (path: string): string => cleanPath(path.replace(SANDBOX, ""));

/** The shortest path that means the same: Go's `path/filepath.Clean`; an absent one stays so. */
export function cleanPath(path: string): string {
  if (path === "" || !/\/\/|(?:^|\/)\.{1,2}(?:\/|$)|\/$/.test(path)) return path;
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  const clean = parts.join("/");
  return rooted ? `/${clean}` : clean || ".";
}
