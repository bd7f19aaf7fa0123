import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** Where the C library, and Go's resolver after it, look names up (nsswitch.conf(5)). */
export interface Nsswitch extends Model {
  /** The services of the `hosts` line in order, such as `files` and `dns`, without the `[…]` actions between them. */
  readonly hosts: Fact<readonly string[]> | undefined;
}

const DATABASES = new Set(
  (
    "aliases automount bootparams ethers group group_compat gshadow hosts initgroups netgroup netmasks networks passwd " +
    "passwd_compat protocols publickey rpc sendmailvars services shadow shadow_compat subid sudoers"
  ).split(" "),
);
const LINE = /^([a-z_]+):\s*(.*)$/;
const SERVICE = /^[a-z][a-z0-9_]*$/;

/** Parses an nsswitch.conf for its `hosts` line. */
export function parseNsswitch(text: string): Nsswitch {
  let hosts: Fact<readonly string[]> | undefined;
  for (const { text: raw, number: line } of linesOf(text)) {
    const [, database, rest = ""] = LINE.exec(settingOf(raw)) ?? [];
    if (database === "hosts") hosts = { value: servicesOf(rest), text: raw.trim(), line };
  }
  const message =
    "no line says how hosts are looked up: then they are looked up in dns, and in files where it is unavailable";
  return { hosts, diagnostics: hosts ? [] : [{ effect: "note", code: "no-hosts-line", message }] };
}

const settingOf = (line: string): string => (line.split("#", 1)[0] ?? "").trim();

const servicesOf = (rest: string): string[] =>
  rest
    .replaceAll(/\[[^\]]*\]/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");

/** Every line is a database's, with words for its services; another file may well have one of them. */
export const nsswitchFormat: Format<"nsswitch", Nsswitch> = textFormat({
  kind: "nsswitch",
  recognise(head, path) {
    const found = new Set<string>();
    for (const { text } of linesOf(head)) {
      const setting = settingOf(text);
      if (setting === "") continue;
      const [, database, rest = ""] = LINE.exec(setting) ?? [];
      const isOne = database !== undefined && DATABASES.has(database);
      if (!isOne || !servicesOf(rest).every((word) => SERVICE.test(word))) return false;
      found.add(database);
    }
    return /(?:^|\/)nsswitch\.conf$/.test(path) || (found.has("hosts") && found.size >= 3);
  },
  parse: parseNsswitch,
});
