import type { Diagnostic, Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { isRedacted } from "./fact.ts";
import { isAddress } from "./is-address.ts";
import { textFormat } from "./text-format.ts";

/** What a resolver is configured with (resolv.conf(5)). */
export interface ResolvConf extends Model {
  /**
   * The servers in order. glibc and musl ask the first three, `MAXNS`. `undefined` as a value means that a redactor blanked it
   * out.
   */
  readonly nameservers: readonly Fact<string | undefined>[];
  /** The search list, of which the last `search` or `domain` line counts; lower-cased, without last dots. */
  readonly search: Fact<readonly string[]> | undefined;
  /** By name, such as `ndots`, `timeout`, `single-request-reopen`; the value is empty where the option has none. */
  readonly options: ReadonlyMap<string, Fact<string>>;
}

const KEYWORD = /^(nameserver|search|domain|options|sortlist|lookup|family)(?:\s+(.*))?$/;
/** Where a file is a resolver's configuration even if it holds nothing but comments. */
const NAMED = /(?:^|\/)(?:etc_)?resolv\.conf(?:\.txt)?$|\/resolv\.conf\.d\/(?:base|head|tail|original)$/;
/** The list that resolvconf(8) puts into every resolv.conf that it makes. */
const BASE = /(?:^|\/)resolv\.conf\.d\/(base|head|tail)$/;

/** glibc's default of `ndots`: names with fewer dots are tried with the search list first. */
const DEFAULT_NDOTS = 1;

/** Parses a resolv.conf. Lines that mean nothing to a resolver are passed over, as it does. */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: Fact<string | undefined>[] = [];
  const options = new Map<string, Fact<string>>();
  let search: Fact<readonly string[]> | undefined;
  for (const { text: raw, number: line } of linesOf(text)) {
    const [, keyword, rest = ""] = KEYWORD.exec(raw.trim()) ?? [];
    const words = wordsOf(rest);
    const fact = { text: raw.trim(), line };
    const [first] = words;
    if (keyword === "nameserver" && first !== undefined) {
      if (isRedacted(first)) nameservers.push({ ...fact, value: undefined });
      else if (isAddress(first)) nameservers.push({ ...fact, value: first.toLowerCase() });
    } else if (keyword === "search" || keyword === "domain") {
      const names = keyword === "domain" ? words.slice(0, 1) : words;
      search = { ...fact, value: names.map(plainName).filter((name) => name !== "") };
    } else if (keyword === "options") {
      for (const word of words) {
        const [name = "", value = ""] = word.split(":", 2);
        options.set(name, { ...fact, value });
      }
    }
  }
  const diagnostics: Diagnostic[] =
    nameservers.length > 0 || search !== undefined || options.size > 0
      ? []
      : [
          {
            effect: "note",
            code: "no-settings",
            message: "the file sets nothing: no nameserver, no search list",
          },
        ];
  return { nameservers, search, options, diagnostics };
}

/** How many dots a name needs to be tried as it is first. */
export function ndotsOf({ options }: ResolvConf): number {
  const value = Number.parseInt(options.get("ndots")?.value ?? "", 10);
  return Number.isNaN(value) ? DEFAULT_NDOTS : Math.min(value, 15);
}

/** Whether a path is that of the lists from which resolvconf(8) makes the node's resolv.conf: which of them. */
export function resolvconfPart(path: string): string | undefined {
  return BASE.exec(path)?.[1];
}

/** A comment may follow on the line. */
function wordsOf(rest: string): string[] {
  const words = rest.split(/\s+/).filter((word) => word !== "");
  const comment = words.findIndex((word) => word.startsWith("#") || word.startsWith(";"));
  return comment === -1 ? words : words.slice(0, comment);
}

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Every line is a setting or a comment, and one names a server; or the path says what it is. */
export const resolvConfFormat: Format<"resolv-conf", ResolvConf> = textFormat({
  kind: "resolv-conf",
  recognise(head, path) {
    let servers = 0;
    for (const { text } of linesOf(head)) {
      const line = text.trim();
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const [, keyword, rest = ""] = KEYWORD.exec(line) ?? [];
      if (keyword === undefined) return false;
      const [first] = wordsOf(rest);
      if (keyword === "nameserver" && first !== undefined && (isAddress(first) || isRedacted(first)))
        servers++;
    }
    return servers > 0 || NAMED.test(path);
  },
  parse: parseResolvConf,
});
