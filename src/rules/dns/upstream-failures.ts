import { groupBy } from "../../bytes/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";

/** What the logs of CoreDNS on a host say of one server that it forwards to. */
export interface UpstreamFailures {
  readonly address: string;
  readonly count: number;
  /** Those of questions that any server answers. */
  readonly ordinary: number;
  /** The share of them in all failures that name a server. */
  readonly of: { readonly n: number; readonly total: number };
  /** Names that were asked for, the first few. */
  readonly names: readonly string[];
  readonly cites: readonly Cite[];
}

/** Failures in a log, and queries without an answer in a capture, that are no accident any more. */
export const MANY_FAILURES = 5;
/** Names that are told. */
const NAMED = 5;

/** The servers that could not be used, those with most failures first. */
export function upstreamFailures(host: HostEvidence): UpstreamFailures[] {
  const all = host.corednsLogs.flatMap(({ model, artifact }) =>
    model.upstreams.map((upstream) => ({ ...upstream, artifact })),
  );
  const total = all.reduce((sum, { count }) => sum + count, 0);
  return Array.from(
    groupBy(all, ({ address }) => address),
    ([address, group]) => {
      const count = group.reduce((sum, each) => sum + each.count, 0);
      return {
        address,
        count,
        ordinary: group.reduce((sum, each) => sum + each.ordinary, 0),
        of: { n: count, total },
        names: [...new Set(group.flatMap(({ names }) => names))].slice(0, NAMED),
        cites: group.map(({ artifact, first, count, failure }) => ({
          artifact: artifact.path,
          text: `${first.text} (${failure}, ${count} times)`,
          where: { line: first.line },
        })),
      };
    },
  ).sort((a, b) => b.count - a.count);
}
