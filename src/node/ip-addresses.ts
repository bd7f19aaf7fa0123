import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** An address that packets are taken in for, as one line states it. */
export interface LocalAddress {
  /** In the form in which it is printed: IPv4, or IPv6 in lower case. */
  readonly address: string;
  /** Bits of the network that it stands in, or of the range that is local. */
  readonly prefix: number;
  /** The interface that has it, such as `kube-ipvs0`. */
  readonly device: string;
  readonly text: string;
  readonly line: number;
}

/** Addresses of a network namespace's interfaces (`ip addr`), or its table of local routes (`ip route show table local`). */
export interface LocalAddresses extends Model {
  /** In the order in which they stand. */
  readonly addresses: readonly LocalAddress[];
  /** Interfaces that are listed, with or without an address. */
  readonly devices: ReadonlySet<string>;
}

/** `2: eth0@if5: <BROADCAST,…> mtu 1500 …`, a colon behind the name. */
const LINK = /^\d+: ([^\s:@]+)(?:@\S+?)?: <[^>]*> mtu \d+/;
/** An address in the lines of an interface. */
const INET =
  /^\s+(inet6?) ([0-9a-fA-F.:]+)(?:\/(\d+))?(?: peer [0-9a-fA-F.:]+\/(\d+))?(?: |$)(?:.* )?scope \S+/;
/** `ip -o addr`: the interface before each address, without a colon. */
const ONE_LINE =
  /^\d+: ([^\s:@]+)\s+(inet6?) ([0-9a-fA-F.:]+)(?:\/(\d+))?(?: peer [0-9a-fA-F.:]+\/(\d+))?(?: |$)(?:.* )?scope \S+/;
/** `ip -br addr`: name, state, addresses. */
const BRIEF =
  /^([^\s:@]+)(?:@\S+)?\s+(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)((?:\s+[0-9a-fA-F.:]+\/\d+)*)\s*$/;

/** Parses `ip addr` in its three forms: as blocks, `-o` and `-br`. Lines of other kinds are passed over. */
export function parseIpAddresses(text: string): LocalAddresses {
  const addresses: LocalAddress[] = [];
  const devices = new Set<string>();
  let device: string | undefined;
  for (const { text: line, number } of linesOf(text)) {
    const link = LINK.exec(line)?.[1];
    if (link !== undefined) {
      devices.add(link);
      device = link;
      continue;
    }
    const one = ONE_LINE.exec(line);
    const inet = one?.slice(1) ?? (device === undefined ? undefined : blockOf(line, device));
    if (inet) {
      const [name = "", family, address = "", prefix, peerPrefix] = inet;
      devices.add(name);
      // What ip prints without a length, before a peer's, is one address.
      const bits = prefix ?? (peerPrefix === undefined || family === "inet6" ? undefined : "32");
      addresses.push(located(name, address, bits, line, number));
      continue;
    }
    const [, name, list] = BRIEF.exec(line) ?? [];
    if (name === undefined) continue;
    devices.add(name);
    for (const each of (list ?? "").split(/\s+/).filter((word) => word !== "")) {
      const [address = "", prefix] = each.split("/");
      addresses.push(located(name, address, prefix, line, number));
    }
  }
  return { addresses, devices, diagnostics: devices.size > 0 ? [] : [nothing("an interface")] };
}

function blockOf(line: string, device: string): (string | undefined)[] | undefined {
  const match = INET.exec(line);
  return match ? [device, ...match.slice(1)] : undefined;
}

function located(
  device: string,
  address: string,
  prefix: string | undefined,
  line: string,
  number: number,
): LocalAddress {
  const bits = prefix === undefined ? (address.includes(":") ? 128 : 32) : Number(prefix);
  return { address: address.toLowerCase(), prefix: bits, device, text: line.trim(), line: number };
}

/** Only what is local: a table of all tables holds other routes, too. */
const LOCAL_ROUTE = /^\s*local ([0-9a-fA-F.:]+)(?:\/(\d+))? dev (\S+)/;
const OTHER_OF_TABLE = /^\s*(?:broadcast|anycast|multicast) [0-9a-fA-F.:]+(?:\/\d+)? dev \S+/;

/** Parses the lines `local ADDRESS dev DEVICE …` of `ip route show table local` or `table all`. */
export function parseLocalRoutes(text: string): LocalAddresses {
  const addresses: LocalAddress[] = [];
  for (const { text: line, number } of linesOf(text)) {
    const [, address, prefix, device] = LOCAL_ROUTE.exec(line) ?? [];
    if (address !== undefined && device !== undefined)
      addresses.push(located(device, address, prefix, line, number));
  }
  return {
    addresses,
    devices: new Set(addresses.map(({ device }) => device)),
    diagnostics: addresses.length > 0 ? [] : [nothing("a local route")],
  };
}

const nothing = (what: string) =>
  ({ effect: "unread", code: "no-address", message: `no line is of ${what}` }) as const;

/** By the heads of its blocks, or lines of which nearly all are of its one-line forms. */
export const ipAddressFormat: Format<"ip-addr", LocalAddresses> = textFormat({
  kind: "ip-addr",
  failure: { program: /\bip\b/, path: /ip[-_ ](?:-\w+[-_ ])*a(?:ddr)?|address/i },
  recognise(head) {
    let links = 0;
    let inets = 0;
    let oneLines = 0;
    let others = 0;
    for (const { text } of linesOf(head)) {
      if (LINK.test(text)) links++;
      else if (INET.test(text)) inets++;
      else if (ONE_LINE.test(text) || BRIEF.test(text)) oneLines++;
      else if (/^\S/.test(text)) others++;
    }
    return (links > 0 && inets > 0) || (oneLines > 0 && oneLines >= others * 4);
  },
  parse: parseIpAddresses,
});

/** By a line of a local route, where most lines are routes. */
export const localRouteFormat: Format<"ip-route-local", LocalAddresses> = textFormat({
  kind: "ip-route-local",
  failure: { program: /\bip\b/, path: /route/i },
  recognise(head) {
    let local = 0;
    let others = 0;
    for (const { text } of linesOf(head)) {
      if (LOCAL_ROUTE.test(text)) local++;
      else if (text.trim() !== "" && !OTHER_OF_TABLE.test(text) && !/\b(?:dev|via) \S+/.test(text)) others++;
    }
    return local > 0 && local >= others;
  },
  parse: parseLocalRoutes,
});
