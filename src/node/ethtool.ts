import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** What a driver has counted of one interface since it was loaded. */
export interface InterfaceStatistics {
  /** `undefined` where neither the text nor its name tells. */
  readonly name: string | undefined;
  /** By the driver's names: they differ from one to another. */
  readonly counters: ReadonlyMap<string, Fact<number>>;
}

/** What `ethtool -S` prints, of one interface or of several one after the other. */
export interface EthtoolStatistics extends Model {
  readonly interfaces: readonly InterfaceStatistics[];
}

/** A feature of an interface. */
export interface Feature extends Fact<boolean> {
  /** It can't be changed. */
  readonly fixed: boolean;
}

/** What `ethtool -k` prints, of one interface or of several. */
export interface EthtoolFeatures extends Model {
  readonly interfaces: readonly {
    readonly name: string;
    /** `tx-checksum-ip-generic`, `generic-receive-offload`, … */
    readonly features: ReadonlyMap<string, Feature>;
  }[];
}

const STATISTICS = /^NIC statistics:\s*$/;
const COUNTER = /^\s+(\S.{0,120}?): (\d{1,20})$/;
const FEATURES = /^Features for ([\w.:@-]{1,32}):\s*$/;
const FEATURE = /^\s*([a-z0-9][\w-]{1,60}): (on|off)( \[(?:fixed|requested (?:on|off)|not requested)\])?\s*$/;
/** An interface's name, as headers of collectors and file names have it. */
const INTERFACE =
  /(?:^|[\s/_=:-])((?:eth\d|ens\d|eno\d|enp\d|enP\d|enx|bond|em\d|p\d+p|cni|veth|flannel\.|vxlan|docker|cali|ib|lo)[a-zA-Z0-9.]{0,15})(?=$|[\s:*._-])/;

/** @param path its name tells the interface where the text doesn't */
export function parseEthtoolStatistics(text: string, path = ""): EthtoolStatistics {
  const interfaces: { name: string | undefined; counters: Map<string, Fact<number>> }[] = [];
  const ofFile = INTERFACE.exec(path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:txt|log)$/, ""))?.[1];
  let before: string | undefined;
  // A number at the end of a text without a line end may have lost digits.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  for (const { text: line, number } of linesOf(whole)) {
    const [, name, value] = COUNTER.exec(line) ?? [];
    const current = interfaces.at(-1);
    if (STATISTICS.test(line)) interfaces.push({ name: before ?? ofFile, counters: new Map() });
    else if (name !== undefined && current && !current.counters.has(name))
      current.counters.set(name, { value: Number(value), text: line.trim(), line: number });
    if (name === undefined && line.trim() !== "")
      before = STATISTICS.test(line) ? undefined : INTERFACE.exec(line)?.[1];
  }
  const full = interfaces.filter(({ counters }) => counters.size > 0);
  if (full.length > 0) return { interfaces: full, diagnostics: [] };
  const message = "no interface has a counter";
  return { interfaces: full, diagnostics: [{ effect: "unread", code: "no-counter", message }] };
}

/** Parses `ethtool -k`; other lines are passed over. */
export function parseEthtoolFeatures(text: string): EthtoolFeatures {
  const interfaces: { name: string; features: Map<string, Feature> }[] = [];
  for (const { text: line, number } of linesOf(text)) {
    const name = FEATURES.exec(line)?.[1];
    if (name !== undefined) interfaces.push({ name, features: new Map() });
    const [, feature, value, more = ""] = FEATURE.exec(line) ?? [];
    if (feature === undefined) continue;
    const fact = { value: value === "on", fixed: more.includes("fixed"), text: line.trim(), line: number };
    interfaces.at(-1)?.features.set(feature, fact);
  }
  if (interfaces.some(({ features }) => features.size > 0)) return { interfaces, diagnostics: [] };
  const message = "no interface has a feature";
  return { interfaces, diagnostics: [{ effect: "unread", code: "no-feature", message }] };
}

/** By its head. */
export const ethtoolStatisticsFormat: Format<"ethtool-S", EthtoolStatistics> = textFormat({
  kind: "ethtool-S",
  failure: { program: /ethtool|no stats available|cannot get stats/i, path: /ethtool.*-?S/ },
  recognise(head) {
    for (const { text } of linesOf(head)) if (STATISTICS.test(text)) return true;
    return false;
  },
  parse: parseEthtoolStatistics,
});

/** By its head. */
export const ethtoolFeaturesFormat: Format<"ethtool-k", EthtoolFeatures> = textFormat({
  kind: "ethtool-k",
  failure: { program: /ethtool|cannot get device/i, path: /ethtool.*-?k/ },
  recognise(head) {
    for (const { text } of linesOf(head)) if (FEATURES.test(text)) return true;
    return false;
  },
  parse: parseEthtoolFeatures,
});
