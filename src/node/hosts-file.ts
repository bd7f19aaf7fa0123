import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { isAddress } from "./is-address.ts";
import { textFormat } from "./text-format.ts";

/** An address and its names, as `/etc/hosts` gives them. */
export interface HostsEntry {
  readonly address: string;
  /** Lower-cased, without last dots. */
  readonly names: readonly string[];
}

/** The static table of host names (hosts(5)). */
export interface HostsFile extends Model {
  readonly entries: readonly Fact<HostsEntry>[];
}

/** What kubelet writes above the table of a pod. */
const KUBELET = /^# Kubernetes-managed hosts file/m;
const NAMED = /(?:^|\/)(?:etc_|etc-)?hosts(?:\.txt)?$/;
const NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i;

/** Parses a hosts file. Lines without an address are passed over. */
export function parseHostsFile(text: string): HostsFile {
  const entries: Fact<HostsEntry>[] = [];
  for (const { text: raw, number: line } of linesOf(text)) {
    const [address, ...names] = wordsOf(raw);
    if (address === undefined || !isAddress(address) || names.length === 0) continue;
    const value = {
      address: address.toLowerCase(),
      names: names.map((name) => name.toLowerCase().replace(/\.$/, "")),
    };
    entries.push({ value, text: raw.trim(), line });
  }
  const message = "no line gives an address a name";
  return {
    entries,
    diagnostics: entries.length > 0 ? [] : [{ effect: "note", code: "no-entries", message }],
  };
}

const wordsOf = (line: string): string[] =>
  (line.split("#", 1)[0] ?? "").split(/\s+/).filter((word) => word !== "");

/** Every line gives names to an address; what isn't called so must be what kubelet writes. */
export const hostsFileFormat: Format<"hosts-file", HostsFile> = textFormat({
  kind: "hosts-file",
  recognise(head, path) {
    if (!NAMED.test(path) && !KUBELET.test(head)) return false;
    let entries = 0;
    for (const { text } of linesOf(head)) {
      const [address, ...names] = wordsOf(text);
      if (address === undefined) continue;
      if (!isAddress(address) || names.length === 0 || !names.every((name) => NAME.test(name))) return false;
      entries++;
    }
    return entries > 0;
  },
  parse: parseHostsFile,
});
