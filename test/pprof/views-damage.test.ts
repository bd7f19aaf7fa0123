import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InquestError } from "../../src/bytes/index.ts";
import {
  compare,
  encodeProfile,
  flame,
  folded,
  goroutinesOf,
  list,
  mergeProfiles,
  parseProfile,
  peek,
  profileSnapshot,
  type Profile,
  renderCompare,
  renderFlameHtml,
  renderFlameSvg,
  renderGoroutines,
  renderList,
  renderSeries,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
  series,
  tags,
  top,
  traces,
  tree,
  type ViewOptions,
} from "../../src/pprof/index.ts";
import { gunzipped, join } from "./fixtures.ts";
import { profileBytes } from "./oracle.ts";
import { linesOf } from "./view-goldens.ts";

const show = <View>(view: View | undefined, render: (view: View) => string): string =>
  view === undefined ? "" : render(view);

/** What a view shows, or what it says that it can't do. */
function attempt(view: () => string): string {
  try {
    return view();
  } catch (error) {
    if (error instanceof InquestError) return error.message;
    throw error;
  }
}

/** Every view in every form, as one would ask for it of a profile and of an earlier one. */
const VIEWS: Record<string, (profile: Profile, base: Profile, options: ViewOptions) => string> = {
  top: (profile, _, options) => show(top(profile, options), (view) => renderTop(profile, view)),
  tree: (profile, _, options) => show(tree(profile, options), (view) => renderTree(profile, view)),
  peek: (profile, _, options) =>
    show(peek(profile, ".", options), (view) => renderTree(profile, view.tree, view.rows)),
  list: (profile, _, options) => show(list(profile, "", options), renderList),
  traces: (profile, _, options) =>
    show(traces(profile, options), (view) => linesOf(renderTraces(profile, view))),
  tags: (profile, _, options) => show(tags(profile, options), renderTags),
  diff: (profile, base, options) => show(compare(base, profile, options), renderCompare),
  folded: (profile, _, options) => show(folded(profile, options), linesOf),
  svg: (profile, _, options) => show(flame(profile, options), renderFlameSvg),
  html: (profile, _, options) => show(flame(profile, options), renderFlameHtml),
  series: (profile, base, options) => {
    const snapshots = [base, profile].flatMap((one) => profileSnapshot(one, options) ?? []);
    return show(series(snapshots), renderSeries);
  },
  merge: (profile) => String(encodeProfile(mergeProfiles([{ profile }])).length),
  base: (profile, base, options) => {
    const parts = [{ profile }, { profile: base, negate: true, marked: true }] as const;
    return show(top(mergeProfiles(parts), options), (view) => renderTop(profile, view));
  },
  goroutines: (profile) => show(goroutinesOf(profile), renderGoroutines),
};

const PATTERN = fc.constantFrom("", ".", "^main", "runtime|a", "(?i)B");
const LABELS = fc.constantFrom("", "bytes=1kb:", ":12", "a", "k=1|b");
const options: fc.Arbitrary<ViewOptions> = fc.record(
  {
    focus: PATTERN,
    ignore: PATTERN,
    hide: PATTERN,
    show: PATTERN,
    showFrom: PATTERN,
    pruneFrom: PATTERN,
    tagFocus: LABELS,
    tagIgnore: LABELS,
    tagShow: PATTERN,
    tagHide: PATTERN,
    relative: fc.boolean(),
    noInlines: fc.boolean(),
    cum: fc.boolean(),
    dropNegative: fc.boolean(),
    sampleIndex: fc.nat(4),
    nodeCount: fc.nat(5),
    nodeFraction: fc.double({ min: 0, max: 1, noNaN: true }),
    edgeFraction: fc.double({ min: 0, max: 1, noNaN: true }),
    granularity: fc.constantFrom("functions", "filefunctions", "files", "lines", "addresses"),
  },
  { requiredKeys: [] },
);

const RAWS = [
  "goroutine.pb.gz",
  "cpu.pb.gz",
  "block.pb.gz",
  "heap.pb.gz",
  "mutex.pb.gz",
  "threadcreate.pb.gz",
].map(gunzipped);
const cut = fc.tuple(fc.constantFrom(...RAWS), fc.double({ min: 0, max: 1, noNaN: true }));
const change = fc.tuple(fc.nat(1 << 20), fc.nat(255));
/** Real profiles that were cut or changed, and random ones that were spliced. */
const damaged = fc.oneof(
  cut.map(([raw, share]) => raw.subarray(0, Math.floor(raw.length * share))),
  fc.tuple(fc.constantFrom(...RAWS), fc.array(change, { maxLength: 30 })).map(([raw, changes]) => {
    const changed = raw.slice();
    for (const [at, value] of changes) changed[at % raw.length] = value;
    return changed;
  }),
  fc
    .tuple(profileBytes, profileBytes, fc.nat(400), fc.nat(400))
    .map(([a, b, end, start]) => join(a.subarray(0, end), b.subarray(start))),
);

describe("views of damaged profiles", () => {
  it.each(Object.entries(VIEWS))("show what is there, or say what they can't do: %s", (_, view) => {
    fc.assert(
      fc.property(damaged, damaged, options, (bytes, base, asked) => {
        expect(attempt(() => view(parseProfile(bytes), parseProfile(base), asked))).toBeTypeOf("string");
      }),
      { numRuns: 60 },
    );
  });

  it("hold no name as markup, whatever names are", () => {
    fc.assert(
      fc.property(damaged, (bytes) => {
        const graph = flame(parseProfile(bytes));
        const svg = graph ? renderFlameSvg(graph) : "";
        const tagsOf = svg.match(/<[^>]*>/g) ?? [];
        expect(tagsOf.filter((tag) => !/^<\/?(?:svg|g|title|rect|text)[ />]/.test(tag))).toEqual([]);
        expect(svg.replaceAll(/<[^>]*>/g, "")).not.toMatch(/[<>]/);
      }),
      { numRuns: 100 },
    );
  });
});
