import type { Argv } from "yargs";
import { InquestError } from "../bytes/index.ts";
import { last } from "./last.ts";
import { count, flag, formatOption, seconds, several, text } from "./options.ts";

/** What the command lines of all views of captures say. */
export interface PcapArgs {
  file: string[];
  format: "text" | "json";
  "dns-port": number[] | undefined;
  merge: boolean;
  continuous: boolean;
}

/** What those of lists and tables say. */
export interface PcapListArgs extends PcapArgs {
  utc: boolean;
  limit: number | undefined;
}

/** What the command line of `inquest pcap tcp` says. */
export interface PcapTcpArgs extends PcapListArgs {
  server: string | undefined;
  client: string | undefined;
  port: number | undefined;
  outcome: string[] | undefined;
  attempts: boolean;
  sort: "count" | "failed" | "took" | "tries" | undefined;
}

/** What the command line of `inquest pcap dns` says. */
export interface PcapDnsArgs extends PcapListArgs {
  server: string | undefined;
  client: string | undefined;
  name: string | undefined;
  rcode: string[] | undefined;
  unanswered: boolean;
  slow: number | undefined;
  by: "server" | "client" | "name";
  queries: boolean;
  sort: "count" | "unanswered" | "took" | "retries" | undefined;
}

/** What the command line of `inquest pcap talkers` says. */
export interface PcapTalkersArgs extends PcapArgs {
  limit: number | undefined;
  address: string | undefined;
  pairs: boolean;
  sort: "bytes" | "packets" | "connections" | "queries";
}

/** What the command line of `inquest pcap connections` says. */
export interface PcapConnectionsArgs extends PcapListArgs {
  server: string | undefined;
  client: string | undefined;
  port: number | undefined;
  only: ("retransmitted" | "reset" | "zero-window" | "open" | "midstream")[] | undefined;
  sort: "bytes" | "duration" | "requests" | "retransmissions" | "rtt" | "idle" | undefined;
  follow: string | undefined;
  frame: number | undefined;
}

const port = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 0 && value <= 0xffff) return value;
  throw new InquestError("misuse", `--${name} needs a port`);
};

const portOption = {
  type: "number",
  requiresArg: true,
  coerce: (given: number | number[]) => port("port", last(given)),
  describe: "Only this port of servers",
} as const;

/** A choice of words, the last one where it is given again. */
function choice<const Word extends string>(words: readonly Word[], describe: string) {
  return { choices: words, requiresArg: true, coerce: last<Word>, describe } as const;
}

/** The options of all views. */
export function pcapOptions(argv: Argv<object>): Argv<PcapArgs> {
  return formatOption(
    argv
      .positional("file", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Captures, pcap or pcapng, compressed or not, one after the other; - for standard input",
      })
      .option("dns-port", {
        type: "number",
        requiresArg: true,
        coerce: (given: number | number[]) => [given].flat().map((each) => port("dns-port", each)),
        describe: "A port of DNS servers instead of 53; again for further ones",
      })
      .option("merge", flag("Read the files as one capture, in the order of their packets' times"))
      .option("continuous", flag("The same of files that follow each other, as tcpdump -C writes them")),
  );
}

function limitOption<Args>(argv: Argv<Args>): Argv<Args & { limit: number | undefined }> {
  return argv.option("limit", count("limit", "Most rows, 0 for all; text has 50, JSON all"));
}

function listOptions(argv: Argv<object>): Argv<PcapListArgs> {
  return limitOption(pcapOptions(argv)).option(
    "utc",
    flag("Times in UTC, instead of seconds since the first packet"),
  );
}

function endOptions<Args>(
  argv: Argv<Args>,
): Argv<Args & { server: string | undefined; client: string | undefined }> {
  return argv
    .option("server", text("Only this server: ADDRESS or ADDRESS:PORT"))
    .option("client", text("Only this client, as the server sees it or before translation"));
}

export function pcapTcpOptions(argv: Argv<object>): Argv<PcapTcpArgs> {
  return endOptions(listOptions(argv))
    .option("port", portOption)
    .option("outcome", several("Only attempts that came to this, or failed; again for further ones"))
    .option("attempts", flag("List each attempt with its tries"))
    .option("sort", choice(["count", "failed", "took", "tries"], "What comes first"));
}

export function pcapDnsOptions(argv: Argv<object>): Argv<PcapDnsArgs> {
  return endOptions(listOptions(argv))
    .option("name", text("Only names with this in them"))
    .option("rcode", several("Only answers of this code, as NXDOMAIN; again for further ones"))
    .option("unanswered", flag("Only queries to which nothing came back"))
    .option("slow", seconds("slow", "Only lookups that took so many seconds or got no answer"))
    .option("by", { ...choice(["server", "client", "name"], "What is one row"), default: "server" as const })
    .option("queries", flag("List each query with its answer"))
    .option("sort", choice(["count", "unanswered", "took", "retries"], "What comes first"));
}

export function pcapTalkersOptions(argv: Argv<object>): Argv<PcapTalkersArgs> {
  return limitOption(pcapOptions(argv))
    .option("address", text("Only this address, and pairs with it"))
    .option("pairs", flag("Pairs of addresses instead of single ones"))
    .option("sort", {
      ...choice(["bytes", "packets", "connections", "queries"], "What comes first"),
      default: "bytes" as const,
    });
}

type Trait = NonNullable<PcapConnectionsArgs["only"]>[number];

export function pcapConnectionsOptions(argv: Argv<object>): Argv<PcapConnectionsArgs> {
  return endOptions(listOptions(argv))
    .option("port", portOption)
    .option("only", {
      choices: ["retransmitted", "reset", "zero-window", "open", "midstream"] as const,
      requiresArg: true,
      coerce: (given: Trait | Trait[]) => [given].flat(),
      describe: "Only connections with this; again for further ones, of which all must hold",
    })
    .option(
      "sort",
      choice(
        ["bytes", "duration", "requests", "retransmissions", "rtt", "idle"],
        "What comes first, instead of the earliest",
      ),
    )
    .option("follow", text("Packet by packet, one conversation: CLIENT:PORT-SERVER:PORT"))
    .option("frame", count("frame", "Packet by packet, the conversation that this frame is of"));
}
