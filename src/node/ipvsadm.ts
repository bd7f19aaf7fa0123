import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** A server behind a virtual one. */
export interface RealServer {
  readonly address: string;
  readonly port: number;
  /** `Masq`, `Route`, `Tunnel`; where it was listed with the state. */
  readonly forward: string | undefined;
  /** 0 while it takes no new connections: it is being drained. */
  readonly weight: number | undefined;
  readonly active: number | undefined;
  readonly inactive: number | undefined;
  readonly text: string;
  readonly line: number;
}

/** A virtual server of IPVS. */
export interface VirtualServer {
  readonly protocol: "TCP" | "UDP" | "SCTP" | "FWM";
  /** Of a firewall mark, the mark. */
  readonly address: string;
  readonly port: number;
  readonly scheduler: string | undefined;
  readonly servers: readonly RealServer[];
  readonly text: string;
  readonly line: number;
}

/** A connection of `ipvsadm -Lnc`: addresses with their ports. */
export interface IpvsConnection {
  readonly protocol: string;
  readonly state: string;
  readonly source: string;
  readonly virtual: string;
  readonly destination: string;
  readonly line: number;
}

/** What `ipvsadm -Ln` lists, also with `--stats`, `--rate`, `--connection` or `--save`, and several of these in one text. */
export interface Ipvsadm extends Model {
  /** One that was listed in several forms as it was listed with the state of its servers. */
  readonly services: readonly VirtualServer[];
  readonly connections: readonly IpvsConnection[];
}

const HEADER = /^IP Virtual Server version \d/;
const COLUMNS = /^ +-> RemoteAddress:Port +Forward +Weight +ActiveConn +InActConn/;
const NUMBERS = /^ +-> RemoteAddress:Port\s*$/;
const CONNECTIONS = /^pro expire state +source +virtual +destination/;
const SERVICE =
  /^(TCP|UDP|SCTP) +(\[?[0-9a-fA-F.:]{2,45}\]?):(\d{1,5})(?: +([a-z]\w{0,15}))?(?: |$)|^(FWM) +(\d{1,10})(?: +([a-z]\w{0,15}))?(?: |$)/;
const SERVER =
  /^ +-> +(\[?[0-9a-fA-F.:]{2,45}\]?):(\d{1,5}) +(Masq|Route|Tunnel|Local) +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *$/;
const CONNECTION = /^(TCP|UDP|SCTP|IP) +\d+:\d\d +([A-Z_]{2,16}) +(\S{3,60}) +(\S{3,60}) +(\S{3,60})/;
const SAVED_SERVICE = /^-A -([tu]|-sctp-service) (\[?[0-9a-fA-F.:]{2,45}\]?):(\d{1,5}) -s (\w+)/;
const SAVED_SERVER =
  /^-a -(?:[tu]|-sctp-service) (\S{3,60}) -r (\[?[0-9a-fA-F.:]{2,45}\]?):(\d{1,5}) -([mgi])(?: -w (\d{1,10}))?/;
const MOST_SERVERS = 1 << 18;
const MOST_CONNECTIONS = 1 << 17;
const FORWARDS: Readonly<Record<string, string>> = { m: "Masq", g: "Route", i: "Tunnel" };

type Draft = Omit<VirtualServer, "servers"> & { servers: RealServer[]; hasState: boolean };

/** Parses it; other lines are passed over. */
export function parseIpvsadm(text: string): Ipvsadm {
  const services = new Map<string, Draft>();
  const connections: IpvsConnection[] = [];
  let hasState = false;
  let servers = 0;
  let current: Draft | undefined;
  let isHeaded = false;
  for (const { text: raw, number } of linesOf(text)) {
    const line = raw.trimEnd();
    if (HEADER.test(line) || CONNECTIONS.test(line)) isHeaded = true;
    if (COLUMNS.test(line)) hasState = true;
    else if (NUMBERS.test(line) || /^ +-> RemoteAddress:Port/.test(line)) hasState = false;
    const connection = CONNECTION.exec(line);
    if (connection) {
      const [, protocol = "", state = "", source = "", virtual = "", destination = ""] = connection;
      if (connections.length < MOST_CONNECTIONS)
        connections.push({ protocol, state, source, virtual, destination, line: number });
      continue;
    }
    const service = serviceOf(line, number, hasState);
    if (service) {
      const key = `${service.protocol} ${service.address}:${service.port}`;
      const known = services.get(key);
      // Numbers of traffic say nothing of weights: the form with the state stays.
      current =
        known && (known.hasState || !service.hasState) ? (known.hasState ? undefined : known) : service;
      if (current) services.set(key, current);
      continue;
    }
    const found = serverOf(line, number);
    if (!found) continue;
    const { server, of } = found;
    const target =
      of === undefined
        ? current
        : keysOf(of)
            .map((key) => services.get(key))
            .find(Boolean);
    if (target && servers < MOST_SERVERS) {
      target.servers.push(server);
      servers++;
    }
  }
  const list = [...services.values()].map(({ hasState: _, ...service }) => service);
  if (list.length > 0 || connections.length > 0 || isHeaded)
    return { services: list, connections, diagnostics: [] };
  const message = "no virtual server is in it";
  return { services: list, connections, diagnostics: [{ effect: "unread", code: "no-service", message }] };
}

const keysOf = (at: string): string[] => ["TCP", "UDP", "SCTP"].map((protocol) => `${protocol} ${bare(at)}`);
const bare = (address: string): string => address.replace(/^\[(.*)\]/, "$1");

function serviceOf(line: string, number: number, hasState: boolean): Draft | undefined {
  const saved = line.startsWith("-A ") ? SAVED_SERVICE.exec(line) : null;
  if (saved) {
    const [, flag = "", address = "", port, scheduler] = saved;
    const protocol = flag === "t" ? "TCP" : flag === "u" ? "UDP" : "SCTP";
    return {
      protocol,
      address: bare(address),
      port: Number(port),
      scheduler,
      servers: [],
      hasState: true,
      text: line,
      line: number,
    };
  }
  const match = SERVICE.exec(line);
  if (!match) return undefined;
  const [, protocol, address = "", port, scheduler, mark, value = "", ofMark] = match;
  const at = { servers: [], hasState, text: line, line: number };
  if (mark !== undefined)
    return { protocol: "FWM", address: value, port: 0, scheduler: hasState ? ofMark : undefined, ...at };
  const name = protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
  return {
    protocol: name,
    address: bare(address),
    port: Number(port),
    scheduler: hasState ? scheduler : undefined,
    ...at,
  };
}

function serverOf(line: string, number: number): { server: RealServer; of: string | undefined } | undefined {
  const at = { text: line.trim().replace(/ +/g, " "), line: number };
  const saved = line.startsWith("-a ") ? SAVED_SERVER.exec(line) : null;
  if (saved) {
    const [, of = "", address = "", port, flag = "", weight] = saved;
    const server = {
      address: bare(address),
      port: Number(port),
      forward: FORWARDS[flag],
      weight: Number(weight ?? 1),
    };
    return { of, server: { ...server, active: undefined, inactive: undefined, ...at } };
  }
  const match = SERVER.exec(line);
  if (!match) return undefined;
  const [, address = "", port, forward, weight, active, inactive] = match;
  return {
    of: undefined,
    server: {
      address: bare(address),
      port: Number(port),
      forward,
      weight: Number(weight),
      active: Number(active),
      inactive: Number(inactive),
      ...at,
    },
  };
}

/** By its head, or by lines that `--save` writes. */
export const ipvsadmFormat: Format<"ipvsadm", Ipvsadm> = textFormat({
  kind: "ipvsadm",
  failure: { program: /ipvsadm|IPVS|Memory allocation problem/i, path: /ipvs/i },
  recognise(head) {
    for (const { text } of linesOf(head)) {
      if (HEADER.test(text) || COLUMNS.test(text) || CONNECTIONS.test(text) || SAVED_SERVICE.test(text))
        return true;
    }
    return false;
  },
  parse: parseIpvsadm,
});
