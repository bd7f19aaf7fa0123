import { headText, linesOf } from "../bytes/index.ts";

/** Programs of a node itself; another one's lines may come from a container, which calls itself something else. */
const OF_NODE = "kernel|systemd|kubelet|dockerd|containerd|crio|NetworkManager|sshd|chronyd";
/** `Sep 19 13:28:09 node-a kernel: `, or with a date as of ISO 8601, as syslog and `journalctl` write. */
const STAMPED = new RegExp(
  String.raw`^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT[\d:.,]{8,15}(?:Z|[+-]\d\d:?\d\d)) ([A-Za-z0-9][\w.-]{0,252}) (?:${OF_NODE})(?:\[\d+\])?: `,
);
/** Lines that are looked at. */
const MOST_LINES = 400;
/** Hosts that one text may name before it is what several sent to one place. */
const MOST_HOSTS = 8;

/** The hosts that a log's lines name, as far as its beginning shows; none where it is no log. */
export function logHosts(head: Uint8Array): string[] {
  const start = headText(head);
  if (start === undefined) return [];
  const hosts = new Set<string>();
  let lines = 0;
  for (const { text } of linesOf(start)) {
    if (++lines > MOST_LINES || hosts.size === MOST_HOSTS) break;
    const host = STAMPED.exec(text)?.[1];
    // A number alone is the beginning of an address.
    if (host !== undefined && /[a-z]/i.test(host)) hosts.add(host);
  }
  return [...hosts];
}
