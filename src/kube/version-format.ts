import type { Format, Model } from "../bytes/index.ts";
import { decodeText, headText, linesOf, readAll } from "../bytes/index.ts";

/** A version that an API server told. */
export interface ServerVersion extends Model {
  /** Such as `v1.17.3`; `undefined` where only the client's is known. */
  readonly version: string | undefined;
  /** One-based line that tells it. */
  readonly line: number;
}

const LIMIT = 64 * 1024;
/** `kubectl version`: a line each, whole or short. */
const LINE = /^Server Version:\s*(?:version\.Info\{.{0,80}GitVersion:"(v[^"]{1,60})"|(v\d\S{1,60}))/;
/** `kubectl version -o json` and `-o yaml`, and the answer of `/version`. */
const GIT_VERSION = /"?gitVersion"?:\s*"?(v[\w.+-]{1,60})/;
const SERVER = /"?serverVersion"?:/;

/** The server's version in what `kubectl version` prints in any form, and in what `/version` answers. */
export function parseServerVersion(text: string): ServerVersion {
  const isClientFirst = /"?clientVersion"?:/.test(text);
  let isServer = !isClientFirst;
  for (const { text: line, number } of linesOf(text)) {
    const [, whole, short] = LINE.exec(line) ?? [];
    const version = whole ?? short;
    if (version !== undefined) return { version, line: number, diagnostics: [] };
    const at = line.search(SERVER);
    if (at !== -1) isServer = true;
    const told = isServer ? GIT_VERSION.exec(at === -1 ? line : line.slice(at))?.[1] : undefined;
    if (told !== undefined) return { version: told, line: number, diagnostics: [] };
  }
  return { version: undefined, line: 1, diagnostics: [] };
}

/** By the words of `kubectl version`, or the members of `/version`. */
export const versionFormat: Format<"kube-version", ServerVersion> = {
  kind: "kube-version",
  recognise(head) {
    const text = head.length > LIMIT / 4 ? undefined : headText(head);
    if (text === undefined) return false;
    return (
      /^(?:Client|Server) Version:\s*(?:version\.Info\{|v\d)/m.test(text) ||
      (/"?gitVersion"?:\s*"?v\d/.test(text) && /"?gitCommit"?:/.test(text) && !/"?apiVersion"?:/.test(text))
    );
  },
  async decode(source) {
    const { bytes } = await readAll(source, LIMIT);
    return parseServerVersion(decodeText(bytes));
  },
};
