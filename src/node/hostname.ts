import type { Format, Model } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** A host's own name for itself. */
export interface Hostname extends Model {
  readonly name: string | undefined;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9])?$/;

/** Parses the output of `hostname` or the file `/etc/hostname`: the first line that is no comment. */
export function parseHostname(text: string): Hostname {
  const name = text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "" && !line.startsWith("#"));
  if (name !== undefined && NAME.test(name)) return { name, diagnostics: [] };
  return {
    name: undefined,
    diagnostics: [{ effect: "unread", code: "no-hostname", message: "no line is a host name" }],
  };
}

/** A file called `hostname` (any extension) that holds one name. Its content can't tell it from any other word. */
export const hostnameFormat: Format<"hostname", Hostname> = textFormat({
  kind: "hostname",
  recognise: (head, path) =>
    /(?:^|\/)hostname(?:_-f|\.txt|\.out)?$/.test(path) && head.trim().split("\n").length <= 3,
  parse: parseHostname,
});
