import type { InlineMark } from "./inline-marks.ts";
import { inlineMarks } from "./inline-marks.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Profile } from "./profile.ts";
import type { ViewOptions, ViewTotals } from "./weigh.ts";
import { totalsOf, weigh } from "./weigh.ts";

/** One function. */
export interface TopRow {
  readonly name: string;
  readonly inline: InlineMark;
  /** Of samples whose leaf it is, in the sample type's unit. */
  readonly flat: bigint;
  /** Of samples that it is in. */
  readonly cum: bigint;
  /** Of code without a name: the binary that it is in, and where, if addresses are told apart. */
  readonly unsymbolized?: { readonly binary: string; readonly buildId: string; readonly address?: string };
}

/** Functions by what they weigh, as `go tool pprof -top` lists them. */
export interface Top extends ViewTotals {
  readonly rows: readonly TopRow[];
}

/**
 * Sums a profile by function.
 *
 * Sums are exact. They differ from pprof's where those overflow an int64: pprof wraps around.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function top(profile: Profile, options: ViewOptions = {}): Top | undefined {
  const weighed = weigh(profile, options);
  if (!weighed) return undefined;
  const { source, graph, shown, kept, edgeCutoff } = weighed;
  const marks = inlineMarks(source.profile, graph, source.column, kept, edgeCutoff);
  const rows = shown.map((node) => ({
    name: graph.names[node] ?? "",
    inline: marks[node] ?? "",
    flat: weighed.flat(node),
    cum: weighed.cum(node),
    ...unsymbolized(graph.infos[node]),
  }));
  return { ...totalsOf(weighed), rows };
}

function unsymbolized(info: NodeInfo | undefined): Pick<TopRow, "unsymbolized"> {
  if (!info || info.name !== "" || info.binary === "") return {};
  const { binary, buildId, address } = info;
  return {
    unsymbolized: { binary, buildId, ...(address !== 0n && { address: `0x${address.toString(16)}` }) },
  };
}
