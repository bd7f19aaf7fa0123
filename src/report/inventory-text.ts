import { firstOf, groupBy } from "../bytes/index.ts";
import { costOf } from "../rules/index.ts";
import { isElsewhere } from "./collect-next.ts";
import { printable, printableJson } from "./escape.ts";
import type { HostInventory, Inventory, KindCount, Lack } from "./inventory.ts";
import type { TextOptions } from "./layout.ts";
import { mergeReasons, somePaths, unreadLines } from "./unread-lines.ts";
import { wrap } from "./wrap.ts";

/** Reasons and hosts that the text has room for. */
const LISTED_REASONS = 40;
const LISTED_HOSTS = 50;
/** Rules that the text names behind what they lack. */
const LISTED_RULES = 6;
/** Hosts that a place names. */
const LISTED_ON = 8;

/** An inventory for people at a terminal: by host what there is, then what could not be read, then what would tell more. */
export function renderInventory(inventory: Inventory, options: TextOptions = {}): string {
  const width = Math.max(60, options.width ?? 100);
  const paint = options.paint ?? ((_, text) => text);
  const { artifacts, collectors, hosts, unread, lacking } = inventory;
  const title = (text: string): string => paint("bold", text);
  const notRead = artifacts.filter(({ status }) => status === "unread").length;
  const shown = hosts.slice(0, LISTED_HOSTS);
  const sections = [
    [
      `${counted(artifacts.length, "artifact")}, ${notRead === 0 ? "all read" : `${artifacts.length - notRead} read, ${notRead} not`}`,
      ...collectors.map(({ collector, path }) =>
        path === "" ? collector : printable(`${collector} in ${path}`),
      ),
    ],
    ...shown.map((host) => [title(nameOf(host)), ...kindLines(host.kinds, width)]),
    ...(hosts.length > shown.length ? [[`and ${hosts.length - shown.length} more hosts`]] : []),
    ...clusterSections(inventory, width, title),
    ...(unread.length > 0
      ? [[title("NOT READ, OR NOT WHOLLY"), ...unreadLines(mergeReasons(unread), LISTED_REASONS, width)]]
      : []),
    ...lackSections(lacking, "WOULD DECIDE WHAT WAS SEEN", true, width, title),
    ...lackSections(lacking, "CAN'T BE LOOKED FOR YET", false, width, title),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** An inventory as one JSON object, ending in a line feed. */
export function renderInventoryJson(inventory: Inventory): string {
  return `${printableJson(inventory)}\n`;
}

/** The cluster; of several each by itself, for nothing of one is joined with another. */
function clusterSections(
  { cluster, clusters = [] }: Inventory,
  width: number,
  title: (text: string) => string,
): string[][] {
  if (clusters.length === 0)
    return cluster.length === 0 ? [] : [[title("the cluster"), ...kindLines(cluster, width)]];
  return [
    [`evidence of ${clusters.length} clusters, or of what may be: each is judged by itself`],
    ...clusters.map(({ name, kinds }) => [
      title(printable(`the cluster in ${name}`)),
      ...kindLines(kinds, width),
    ]),
  ];
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

function nameOf({ host, apart }: HostInventory): string {
  if (host !== null) return printable(host);
  return apart ? "one of the hosts, which the bundle doesn't tell" : "a host that the bundle doesn't name";
}

function kindLines(kinds: readonly KindCount[], width: number): string[] {
  const kindWidth = Math.max(...kinds.map(({ kind }) => kind.length));
  const countWidth = Math.max(...kinds.map(({ count }) => String(count).length));
  const margin = " ".repeat(2 + kindWidth + 2 + countWidth + 2);
  return kinds.map(({ kind, count, partial, paths }) => {
    const first = `  ${kind.padEnd(kindWidth)}  ${String(count).padStart(countWidth)}  `;
    return wrap(`${partial > 0 ? `(${partial} in part) ` : ""}${somePaths(paths)}`, width, first, margin);
  });
}

/** Each command once, with what it is for: those of most rules first, by where they are to be run. */
function lackSections(
  lacking: readonly Lack[],
  heading: string,
  isNear: boolean,
  width: number,
  title: (text: string) => string,
): string[][] {
  const lacks = lacking.filter((lack) => lack.isNear === isNear);
  if (lacks.length === 0) return [];
  const commands = [...groupBy(lacks, ({ command, text }) => command ?? text).values()]
    .flatMap(asCommand)
    .toSorted(isNear ? byCost : byRules);
  const lines = [title(heading)];
  // What several hosts lack alike is said once.
  const places = [...groupBy(commands, ({ place }) => place)];
  for (const [place, all] of places.toSorted(([a], [b]) => Number(a !== "") - Number(b !== ""))) {
    if (place !== "") lines.push(`  ${place}`);
    for (const { command, text, rules } of all) {
      lines.push(wrap(`${printable(text)}: ${listed(rules)}`, width, "    ", "      "));
      if (command !== null) lines.push(`      ${title(printable(command))}`);
    }
  }
  return [lines];
}

interface Command {
  readonly place: string;
  readonly command: string | null;
  readonly text: string;
  readonly rules: readonly string[];
}

const byRules = (a: Command, b: Command): number => b.rules.length - a.rules.length;
/** What decides is asked for by what it costs: the cheaper first. */
const byCost = (a: Command, b: Command): number =>
  costOf({ command: a.command ?? "" }) - costOf({ command: b.command ?? "" }) || byRules(a, b);

/** What one command is for, wherever it is missing. */
function asCommand(all: readonly Lack[]): Command[] {
  const [first] = all;
  if (!first) return [];
  const hosts = [...new Set(all.flatMap(({ host }) => (host === null ? [] : [printable(host)])))];
  const isOfCluster = hosts.length === 0 || first.command?.startsWith("kubectl ") === true;
  const texts = [...new Set(all.map(({ text }) => text))];
  // What can be looked for in several kinds names this one, too.
  const own = texts.filter((text) => !texts.some((other) => other !== text && text.includes(other)));
  return [
    {
      place: isElsewhere(first.text) ? "" : isOfCluster ? "the cluster" : `on ${firstOf(hosts, LISTED_ON)}`,
      command: first.command,
      text: own.join("; "),
      rules: [...new Set(all.flatMap(({ rules }) => rules))].sort(),
    },
  ];
}

const listed = (names: readonly string[]): string => firstOf(names, LISTED_RULES);
