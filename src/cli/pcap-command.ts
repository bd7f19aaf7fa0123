import type { CommandModule } from "yargs";
import type { Asked } from "./outcome.ts";
import {
  pcapConnectionsOptions,
  pcapDnsOptions,
  pcapOptions,
  pcapTalkersOptions,
  pcapTcpOptions,
} from "./pcap-options.ts";
import { viewCommand } from "./view-command.ts";

/** `inquest pcap VIEW FILE`: a capture by itself, for people who look. */
export function pcapCommand(asked: Asked): CommandModule {
  // Help and usage errors need none of what the views load.
  const load = async () => import("./run-pcap.ts");
  const views = [
    viewCommand(asked, "summary <file..>", "What a capture is and what is in it", pcapOptions, async (args) =>
      (await load()).runPcapSummary(args),
    ),
    viewCommand(
      asked,
      "tcp <file..>",
      "Connection attempts by listener: answered, late, refused, silent",
      pcapTcpOptions,
      async (args) => (await load()).runPcapTcp(args),
    ),
    viewCommand(
      asked,
      "dns <file..>",
      "DNS queries by server, client or name, with what answered them",
      pcapDnsOptions,
      async (args) => (await load()).runPcapDns(args),
    ),
    viewCommand(
      asked,
      "talkers <file..>",
      "Who sends and receives how much",
      pcapTalkersOptions,
      async (args) => (await load()).runPcapTalkers(args),
    ),
    viewCommand(
      asked,
      "connections <file..>",
      "TCP connections one by one; with --follow or --frame, a conversation packet by packet",
      pcapConnectionsOptions,
      async (args) => (await load()).runPcapConnections(args),
    ),
  ];
  return {
    command: "pcap",
    describe: "Show a packet capture by itself",
    builder: (argv) =>
      views.reduce((all, add) => add(all), argv).demandCommand(1, "Name a view: inquest pcap summary FILE"),
    handler: () => undefined,
  };
}
