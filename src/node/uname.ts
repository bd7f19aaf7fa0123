import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import type { KernelRelease } from "./kernel-release.ts";
import { parseKernelRelease } from "./kernel-release.ts";
import { textFormat } from "./text-format.ts";

/** What `uname` (any flags that print the release) or `/proc/version` says. */
export interface Uname extends Model {
  readonly release: Fact<KernelRelease> | undefined;
  /** The host's name, where it was printed (`uname -a`, `uname -n …`). */
  readonly nodename: string | undefined;
}

const PROC_VERSION = /^Linux version (\d+\.\d+\S*)/;
/** `Linux RELEASE …` (-sr) or `Linux NODENAME RELEASE …` (-a). */
const UNAME = /^Linux (?:(\S+) )?(\d+\.\d+\S*)(?: |$)/;

/** Parses the first line that names a release. */
export function parseUname(text: string): Uname {
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const fromProc = PROC_VERSION.exec(trimmed);
    const match = fromProc ? undefined : UNAME.exec(trimmed);
    const value = parseKernelRelease(fromProc?.[1] ?? match?.[2] ?? trimmed);
    if (value) {
      return { release: { value, text: trimmed, line: line.number }, nodename: match?.[1], diagnostics: [] };
    }
  }
  return {
    release: undefined,
    nodename: undefined,
    diagnostics: [{ effect: "unread", code: "no-release", message: "no line names a kernel release" }],
  };
}

/** By its one line; a bare release (`uname -r`) also needs a telling name. */
export const unameFormat: Format<"uname", Uname> = textFormat({
  kind: "uname",
  recognise(head, path) {
    const lines = [...linesOf(head)].map((line) => line.text.trim()).filter((line) => line !== "");
    const [first] = lines;
    if (first === undefined || lines.length > 4) return false;
    if (PROC_VERSION.test(first) || UNAME.test(first)) return true;
    return (
      /uname|osrelease|kernel/i.test(path.slice(path.lastIndexOf("/") + 1)) &&
      parseKernelRelease(first) !== undefined
    );
  },
  parse: parseUname,
});
