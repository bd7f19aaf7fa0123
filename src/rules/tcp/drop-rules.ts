import type { IptablesRule } from "../../node/index.ts";

/** A SYN that a rule is asked about. Addresses are in canonical form. */
export interface AskedSyn {
  readonly source: string;
  readonly address: string;
  readonly port: number;
}

/** Options that narrow a rule in ways that a capture can tell nothing of make it unknown whether it drops. */
const OPTION = /(! )?--?([a-z][\w-]*)(?: ("[^"]*"|[^-\s!]\S*))?/g;
/** Those that don't narrow it for a new TCP connection. */
const HARMLESS = new Set(["m", "match", "comment", "j", "jump", "syn", "state", "ctstate", "p", "protocol"]);

/**
 * Whether a rule of the filter table, taken by itself, drops a SYN: its target is DROP, it names the destination's port or the
 * source's address, and everything else that it asks for is so. Rules that ask for more are not taken for one.
 */
export function dropsSyn({ table, target, text }: IptablesRule, syn: AskedSyn): boolean {
  if (target !== "DROP" || (table !== "filter" && table !== "raw" && table !== "mangle")) return false;
  const spec = text.replace(/^\[\d+:\d+\] /, "").replace(/^-A \S+/, "");
  let isAbout = false;
  for (const [, not, option = "", value = ""] of spec.matchAll(OPTION)) {
    const isNot = not !== undefined;
    const holds = optionHolds(option, value, syn);
    if (holds === undefined && !(HARMLESS.has(option) && !isNot)) return false;
    if (holds !== undefined && holds === isNot) return false;
    if (option === "dport" || option === "dports" || option === "s" || option === "source") isAbout = true;
    if ((option === "state" || option === "ctstate") && !/\bNEW\b/.test(value)) return false;
    if ((option === "p" || option === "protocol") && value !== "tcp" && value !== "all") return false;
  }
  return isAbout;
}

function optionHolds(option: string, value: string, syn: AskedSyn): boolean | undefined {
  switch (option) {
    case "s":
    case "source":
      return contains(value, syn.source);
    case "d":
    case "destination":
      return contains(value, syn.address);
    case "dport":
    case "dports":
      return value.split(",").some((each) => portIn(each, syn.port));
    default:
      return undefined;
  }
}

function portIn(range: string, port: number): boolean {
  const [from = "", to = from] = range.split(":");
  return /^\d+$/.test(from) && /^\d+$/.test(to) && Number(from) <= port && port <= Number(to);
}

/** Whether a network in iptables' form has an address; of IPv6 only whole addresses are compared. */
function contains(network: string, address: string): boolean {
  const [base = "", length] = network.split("/");
  const [of, asked] = [ipv4(base), ipv4(address)];
  if (of === undefined || asked === undefined)
    return base === address && (length === undefined || length === "128");
  const bits = length === undefined ? 32 : /^\d+$/.test(length) ? Number(length) : -1;
  if (bits < 0 || bits > 32) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(of / size) === Math.floor(asked / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}
