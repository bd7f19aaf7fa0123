import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Fact, HostsEntry, HostsFile } from "../../node/index.ts";
import type { DnsExchange } from "../../pcap/index.ts";
import type { Conversation } from "./dns-trouble.ts";

/** Queries of a client for names that a hosts file of its own lists. */
export interface Bypass {
  readonly file: Located<HostsFile>;
  /** The folder that stands for the container's root; empty for that of the bundle. */
  readonly root: string;
  readonly queries: readonly DnsExchange[];
  readonly entries: readonly Fact<HostsEntry>[];
}

const ETC_HOSTS = /(?:^|\/)(?:etc\/)?[^/]*$/;
const ROOTFS = /\/(?:rootfs|root|fs)$/;
/** Folders of containers: elsewhere the file is the node's, and a capture beside it may be a pod's. */
const CONTAINER = /(?:^|\/)(?:pods?|containers?|rootfs)(?:\/|$)/i;
const LOOPBACK = /^(?:127\.|::1$)/;

/** What a client asks although it could read it. A hosts file is the client's if it gives the client's address a name, or lies in one folder with the capture. */
export function bypassesOf(host: HostEvidence, conversation: Conversation): Bypass[] {
  const { client, capture } = conversation;
  return host.hostsFiles.flatMap((file) => {
    const root = file.artifact.path.replace(ETC_HOSTS, "");
    const pod = root.replace(ROOTFS, "");
    const isOwn =
      file.model.entries.some(({ value }) => value.address === client && !LOOPBACK.test(value.address)) ||
      (CONTAINER.test(root) && capture.artifact.path.startsWith(`${pod}/`));
    if (!isOwn) return [];
    const listed = new Map<string, Fact<HostsEntry>>();
    for (const entry of file.model.entries) for (const name of entry.value.names) listed.set(name, entry);
    const entries = new Set<Fact<HostsEntry>>();
    const queries = conversation.exchanges.filter(({ type, name }) => {
      const entry = type === "A" || type === "AAAA" ? listedAs(name, listed) : undefined;
      if (entry) entries.add(entry);
      return entry !== undefined;
    });
    return queries.length === 0 ? [] : [{ file, root, queries, entries: [...entries] }];
  });
}

/** The entry of a name, as it is or with the search list behind it; a single label with more behind it may be any service. */
function listedAs(name: string, listed: ReadonlyMap<string, Fact<HostsEntry>>): Fact<HostsEntry> | undefined {
  const exact = listed.get(name);
  if (exact) return exact;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    const front = name.slice(0, dot);
    const entry = front.includes(".") || front === "localhost" ? listed.get(front) : undefined;
    if (entry) return entry;
  }
  return undefined;
}
