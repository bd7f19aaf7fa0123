/** A collector's output, as recognised by the places that it puts files in. */
export interface FoundCollector {
  /** Such as `sos report`. */
  readonly collector: string;
  /** Where its output begins; the empty string where that is above all that was found. */
  readonly path: string;
}

/** Places that each collector alone has; what stands before one is where its output begins. */
const MARKS: readonly (readonly [collector: string, mark: RegExp])[] = [
  ["sos report", /^(.*?)(?:^|\/)(?:sos_commands\/[^/]+\/|sos_reports\/manifest\.json$)/],
  [
    "EKS log collector",
    /^(.*?)(?:^|\/)(?:system\/instance-id\.txt$|sysctls\/sysctl_all\.txt$|system\/allprocstat\.txt$|ipamd\/)/,
  ],
  ["must-gather", /^(.*?)(?:^|\/)(?:event-filter\.html$|host_service_logs\/|cluster-scoped-resources\/)/],
  ["troubleshoot.sh support bundle", /^(.*?)(?:^|\/)(?:cluster-resources\/|host-collectors\/)/],
  [
    "kubectl cluster-info dump",
    /^(.*?)(?:^|\/)kube-system\/(?:pods|events|daemonsets|replication-controllers)\.(?:json|yaml)$/,
  ],
];

/** The collectors whose output is among some paths, each with where it begins. */
export function collectorsOf(paths: Iterable<string>): FoundCollector[] {
  const found = new Map<string, FoundCollector>();
  for (const full of paths) {
    const path = full.replace(/\.(?:gz|xz|zst|bz2)$/, "");
    for (const [collector, mark] of MARKS) {
      const root = mark.exec(path)?.[1];
      // Other collectors' folders lie in some bundles, and another's files in these.
      if (
        root === undefined ||
        /(?:^|\/)(?:cluster-resources|cluster-scoped-resources|namespaces)$/.test(root)
      )
        continue;
      found.set(`${collector}\0${root}`, { collector, path: root });
      break;
    }
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
