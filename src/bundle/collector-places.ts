/** Where collectors put what is of one host: the name is the first group. */
const PLACES: readonly RegExp[] = [
  // sos report: `sosreport-HOST[-LABEL]-DATE-RANDOM`, and the archive of that name (sos/policies: `get_archive_name`).
  /(?:^|\/)sosreport-([\w.-]+?)(?:-[A-Za-z0-9]+)?-\d{4}-\d\d-\d\d-[a-z]{7}(?:\.tar(?:\.\w+)?)?(?:\/|$)/,
  // EKS log collector: `eks_INSTANCE_TIME_VERSION.tar.gz`.
  /(?:^|\/)eks_(i-[0-9a-f]{8,17})_[^/]*(?:\/|$)/,
  // must-gather, and kubectl's proxy to kubelets: `nodes/NODE/…`.
  /(?:^|\/)nodes\/([^/]+)\/./,
  // troubleshoot.sh: `sysctl/NODE` of its collector, `host-collectors/KIND/NODE/FILE` of several hosts.
  /(?:^|\/)sysctl\/([a-z0-9][a-z0-9.-]*)$/,
  /(?:^|\/)host-collectors\/[^/]+\/([a-z0-9][a-z0-9.-]*)\/[^/]+$/,
];
/** What stands in these places and is no host. */
const NO_NAME = /\.(?:txt|json|ya?ml|log|conf|out|gz)$|^(?:sysctl_?-?a|sysctl_all)$/i;

/** The host of the place that a collector gave a file, and how many of the path's folders lead there. */
export function collectorHost(path: string): { readonly host: string; readonly depth: number } | undefined {
  let found: { host: string; depth: number } | undefined;
  for (const place of PLACES) {
    const match = place.exec(path);
    const host = match?.[1];
    if (!match || host === undefined || NO_NAME.test(host)) continue;
    const end = match.index + match[0].lastIndexOf(host);
    const depth = path.slice(0, end).split("/").length;
    // The innermost place speaks.
    if (found === undefined || depth > found.depth) found = { host, depth };
  }
  return found;
}
