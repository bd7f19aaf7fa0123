import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { isRedacted } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What a distribution says of itself (os-release(5)). */
export interface OsRelease extends Model {
  /** By name, such as `ID`, `VERSION_ID`, `PRETTY_NAME`, without quotes; what a redactor blanked out isn't here. */
  readonly values: ReadonlyMap<string, Fact<string>>;
}

const ASSIGNMENT = /^([A-Z][A-Z0-9_]*)=(.*)$/;
const NAMED = /(?:^|\/)(?:os-release|lsb-release)(?:\.txt)?$/;

/** Parses `/etc/os-release` or `/etc/lsb-release`: assignments of a shell, one a line; other lines are passed over. */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, Fact<string>>();
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const [, name, quoted] = ASSIGNMENT.exec(trimmed) ?? [];
    if (name === undefined || quoted === undefined) continue;
    const value = unquoted(quoted);
    if (!isRedacted(value)) values.set(name, { value, text: trimmed, line: line.number });
  }
  if (values.size > 0) return { values, diagnostics: [] };
  const message = "no line is an assignment of os-release";
  return { values, diagnostics: [{ effect: "unread", code: "no-os-release", message }] };
}

/** A value as the shell reads it: what double quotes escape is `"`, `$`, `` ` `` and `\`. */
function unquoted(text: string): string {
  const [, inDouble] = /^"(.*)"$/.exec(text) ?? [];
  if (inDouble !== undefined) return inDouble.replace(/\\(["$`\\])/g, "$1");
  return /^'(.*)'$/.exec(text)?.[1] ?? text;
}

/** By its name, or by the `ID` and one of the names that only it has. */
export const osReleaseFormat: Format<"os-release", OsRelease> = textFormat({
  kind: "os-release",
  recognise(head, path) {
    if (head.length > 16_384) return false;
    if (NAMED.test(path)) return /^[A-Z][A-Z0-9_]*=/m.test(head);
    return /^ID=["']?[a-z0-9._-]+["']?\s*$/m.test(head) && /^(?:PRETTY_NAME|VERSION_ID|ID_LIKE)=/m.test(head);
  },
  parse: parseOsRelease,
});
