import type { HostEvidence } from "../evidence/index.ts";
import { isOfContainer } from "../bundle/index.ts";
import { COUNTED_BY_KERNEL } from "../evidence/index.ts";
import type { Section } from "./change.ts";
import { section } from "./change.ts";
import type { Setting } from "./host-settings.ts";
import { MORE_SETTINGS, saidOf, stated } from "./host-settings.ts";
import type { Said } from "./keyed.ts";
import { changesOf, sizeOf } from "./keyed.ts";

/** Compares what is set up on a node: kernel, parameters, addresses, listening sockets, firewall, resolvers. */
export function compareSetup(before: HostEvidence, after: HostEvidence): Section[] {
  return SETUP.flatMap(({ title, said, isPartial }) => {
    const [then, now] = [said(before), said(after)];
    if (!then || !now) return [];
    return [
      isPartial === true ? ofBoth(title, then, now) : section(title, sizeOf(then, now), changesOf(then, now)),
    ];
  });
}

/** What both sides tell of: where a thing stands on one side only, the other may not have been asked for it. */
function ofBoth(title: string, then: ReadonlyMap<string, Said>, now: ReadonlyMap<string, Said>): Section {
  const all = changesOf(then, now);
  const changed = all.filter(({ is }) => is === "changed");
  const [gone, come] = (["removed", "added"] as const).map(
    (side) => all.filter(({ is }) => is === side).length,
  );
  const note = gone === 0 && come === 0 ? undefined : `${gone} are told only before, ${come} only after`;
  return section(title, sizeOf(then, now) - (all.length - changed.length), changed, note);
}

const SETUP: readonly Setting[] = [
  { title: "kernel", said: kernel },
  { title: "distribution", said: distribution, isPartial: true },
  { title: "kernel parameters", said: parameters, isPartial: true },
  { title: "addresses", said: addresses },
  { title: "listening sockets", said: listening },
  { title: "firewall rules", said: firewall },
  { title: "resolvers", said: resolvers },
  ...MORE_SETTINGS,
];

function kernel({ kernel: release }: HostEvidence): ReadonlyMap<string, Said> | undefined {
  if (!release.known) return undefined;
  return new Map([["release", { text: release.value.text, cite: release.cite }]]);
}

/** Of the node's own, not of its containers'. */
function distribution(host: HostEvidence): ReadonlyMap<string, Said> | undefined {
  const own = host.models("os-release").filter(({ artifact }) => !isOfContainer(artifact.path));
  return saidOf(own, ({ model, artifact }) =>
    [...model.values].map(([name, { value, text, line }]) => [name, stated(value, artifact, line, text)]),
  );
}

function parameters(host: HostEvidence): ReadonlyMap<string, Said> | undefined {
  const all = host.models("sysctl");
  if (all.length === 0) return undefined;
  const keys = all.flatMap(({ model }) => [...model.values.keys()]);
  const said = new Map<string, Said>();
  for (const key of new Set(keys)) {
    const reading = COUNTED_BY_KERNEL.test(key) ? undefined : host.sysctl(key);
    // Runs of blanks differ between `sysctl -a` and the files of /proc/sys.
    if (reading?.known === true)
      said.set(key, { text: reading.value.replace(/\s+/g, " "), cite: reading.cite });
  }
  return said;
}

function addresses(host: HostEvidence): ReadonlyMap<string, Said> | undefined {
  return saidOf(host.models("ip-addr"), ({ model, artifact }) =>
    model.addresses.map(({ address, prefix, device, text, line }) => [
      `${address}/${prefix} of ${device}`,
      stated(`${address}/${prefix}`, artifact, line, text),
    ]),
  );
}

function listening(host: HostEvidence): ReadonlyMap<string, Said> | undefined {
  // Other lists are of one process, of one family, or of a pod.
  const lists = host.sockets.filter(({ model: { source } }) => source === "ss" || source === "netstat");
  return saidOf(lists, ({ model, artifact }) =>
    model.sockets
      .filter(({ state }) => state === "LISTEN")
      .map(({ address, port, text, line }) => [
        `${address}:${port}`,
        stated("listens", artifact, line, text),
      ]),
  );
}

function firewall(host: HostEvidence): ReadonlyMap<string, Said> | undefined {
  return saidOf(host.iptables, ({ model, artifact }) =>
    model.rules.map(({ table, text, line }) => {
      // Its counters are not the rule.
      const rule = text.replace(/^\[\d+:\d+\] /, "");
      return [`${table}: ${rule}`, stated(rule, artifact, line, text)];
    }),
  );
}

function resolvers(host: HostEvidence): ReadonlyMap<string, Said> | undefined {
  return saidOf(host.resolvConfs, ({ model, artifact }) => {
    const place = artifact.path.split("/").slice(1).join("/") || artifact.path;
    const servers = model.nameservers.map(({ value }) => value ?? "hidden").join(" ");
    const options = [...model.options].map(([name, { value }]) => (value === "" ? name : `${name}:${value}`));
    const search = model.search?.value.join(" ") ?? "";
    const text = [`nameserver ${servers}`, `search ${search}`, `options ${options.sort().join(" ")}`];
    return [[place, stated(text.join("; "), artifact)]];
  });
}
