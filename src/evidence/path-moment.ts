/** What an artifact's path says of when it was taken. */
export interface PathMoment {
  /** The path without what tells one look at a thing from another: what is alike here may be the same thing. */
  readonly thing: string;
  /** `thing` without a number at the end of the file's name too, which may count looks as well as things. */
  readonly unnumbered: string;
  /** That number. */
  readonly number: number | undefined;
  /** What was taken together has the same: the bundle, and the words and times in its path. */
  readonly take: string;
  /** Seconds since 1970, in whatever zone, which is the same for all of one collector. */
  readonly time: number | undefined;
  /** Where its words stand among others: `before` is less than `after`. */
  readonly rank: number | undefined;
  /** Whether these words are the bundle's name, which whoever gives a bundle twice makes up. */
  readonly isOfBundle: boolean;
  /** The bundle's name without its moment, which bundles of one series have alike. */
  readonly bundleName: string;
  /** Whether the bundle's name tells a moment. */
  readonly isBundleTimed: boolean;
  /** Whether the file's own name tells the moment, and not the folders that all of a take lies in. */
  readonly isInName: boolean;
}

/** `20240119_034000`, `2024-01-19T03:40:00Z`, `2024-01-19`. */
const DATE =
  /(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?:[T_ .-]?([0-2]\d)[:._-]?([0-5]\d)(?:[:._-]?([0-5]\d))?Z?)?(?!\d)/i;
const EPOCH = /(?<![\da-f])(1[4-9]\d{8})(?![\da-f])/;
/** Words by which collectors tell two looks at one thing apart. */
const WORD = /(?:^|[-_. ])(before|start|begin|earlier|first|second|third|after|later|end)(?=$|[-_. ])/i;
const RANKS: Readonly<Record<string, number>> = {
  before: 0,
  start: 0,
  begin: 0,
  earlier: 0,
  first: 0,
  second: 1,
  third: 2,
  after: 2,
  later: 2,
  end: 2,
};
/** Words that collectors count their rounds by. */
const ROUND = /^(?:t|take|snap|snapshot|sample|round|run|pass|iteration|collection)s?[-_.]?(\d{1,4})$/i;
const FILE_NUMBER = /^(.+?)[-_.](\d{1,3})((?:\.[a-z]{1,8})*)$/i;
/** What an archive's or a compressed file's name ends with. */
const PACKED = /\.(?:tar|tgz|txz|zip|gz|xz|bz2|zst)$/i;
/** What sos puts behind the date, that two of its archives never have the same. */
const SOS_RANDOM = /^(sosreport-.*-\d{4}-\d\d-\d\d)-[a-z]{7}$/;

/**
 * Reads it from a path: dates, words such as `before` and rounds such as `take-2` in folders and names.
 *
 * @param skipped how many leading folders only hold a whole bundle, and are its name
 */
export function pathMoment(path: string, skipped: number): PathMoment {
  const parts = path.split("/");
  const bundle = parts.slice(0, skipped).join("/");
  const said: string[] = [];
  let time: number | undefined;
  let rank: number | undefined;
  let isOfBundle = false;
  let isInName = false;
  const rest: string[] = [];
  const names: string[] = [];
  let isBundleTimed = false;
  for (const [i, raw] of parts.entries()) {
    const found = momentIn(i < skipped ? unpacked(raw) : raw);
    time = found.time ?? time;
    if (found.rank !== undefined && (rank === undefined || isOfBundle)) {
      rank = found.rank;
      isOfBundle = i < skipped;
    }
    if (i < skipped) {
      names.push(found.rest);
      isBundleTimed ||= found.said.length > 0;
      continue;
    }
    said.push(...found.said);
    isInName = i === parts.length - 1 && found.said.length > 0;
    if (found.rest !== "") rest.push(found.rest);
  }
  const thing = rest.join("/");
  const file = rest.at(-1) ?? "";
  const [, stem = "", number, ending = ""] = FILE_NUMBER.exec(file) ?? [];
  return {
    thing,
    unnumbered: number === undefined ? thing : [...rest.slice(0, -1), stem + ending].join("/"),
    number: number === undefined ? undefined : Number(number),
    take: [bundle, ...said].join("\0"),
    time,
    rank,
    isOfBundle,
    bundleName: names.join("/"),
    isBundleTimed,
    isInName,
  };
}

interface Moment {
  readonly rest: string;
  readonly said: readonly string[];
  readonly time?: number;
  readonly rank?: number;
}

function momentIn(part: string): Moment {
  const round = ROUND.exec(part)?.[1];
  if (round !== undefined) return { rest: "", said: [part], rank: Number(round) };
  const said: string[] = [];
  let rest = SOS_RANDOM.exec(part)?.[1] ?? part;
  let time: number | undefined;
  let rank: number | undefined;
  const date = DATE.exec(rest);
  const epoch = date ? null : EPOCH.exec(rest);
  const stamp = date ?? epoch;
  if (stamp) {
    time = date ? timeOf(date) : Number(stamp[1]);
    said.push(stamp[0]);
    rest = without(rest, stamp.index, stamp[0].length);
  }
  const word = WORD.exec(rest);
  if (word?.[1] !== undefined) {
    rank = RANKS[word[1].toLowerCase()];
    said.push(word[1].toLowerCase());
    rest = without(rest, word.index, word[0].length);
  }
  return { rest, said, ...(time !== undefined && { time }), ...(rank !== undefined && { rank }) };
}

function timeOf([, year, month, day, hour, minute, second]: RegExpExecArray): number | undefined {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > 31) return undefined;
  // A date alone doesn't tell two looks of a day apart, nor how long lies between those of two.
  if (hour === undefined) return undefined;
  return Date.UTC(y, m - 1, d, Number(hour), Number(minute), Number(second ?? 0)) / 1000;
}

/** A name without a part, and without the mark that stood between it and the rest. */
function without(name: string, at: number, length: number): string {
  const before = name.slice(0, at).replace(/[-_. ]$/, "");
  const after = name.slice(at + length);
  return before === "" ? after.replace(/^[-_. ]/, "") : before + after;
}

/** A bundle's name without what it is packed as. */
export function unpacked(name: string): string {
  let rest = name;
  while (PACKED.test(rest)) rest = rest.replace(PACKED, "");
  return rest;
}
