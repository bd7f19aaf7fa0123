import { behindClients } from "../behind.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { percent } from "../words.ts";
import type { Talker } from "./load.ts";
import { unevenLoad } from "./uneven-load.ts";

/** Parts of ten of a capture in which it must lead to be no burst; and in which it is one. */
const MOST_PARTS = 8;
const FEW_PARTS = 3;

/** Who causes the load of a DNS server. */
export const topTalker = defineCause<Talker>({
  id: "dns/top-talker",
  title: "one client, or lookups of one name, load a DNS server",
  description:
    "The client that sends most of the queries that a server gets, or the name that most of them are for, all the time and not in one burst. A client " +
    "that keeps no cache, retries without a pause or leaks connections asks so; a forwarder asks for everybody behind it.",
  explains: [unevenLoad],
  tests: [
    {
      statement: "most of the server's queries come from one client, or are for one name",
      axis: "traffic",
      holds: "strong",
      answer({ seen }) {
        if (!seen) return cantTell();
        const { capture, asked, total, rate, frames, server } = seen;
        const text = `${percent(asked, total)} of the queries to ${server}, ${Math.round(rate)} a second`;
        return holds([{ artifact: capture.artifact.path, text, where: { frames } }], {
          of: { n: asked, total },
        });
      },
    },
    {
      statement: "they lead all the time that was captured",
      axis: "time",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "a capture of all of the server's queries, for a minute",
        command: "tcpdump -i any -s 0 -G 60 -W 1 -w dns.pcap port 53",
      },
      answer({ seen }) {
        if (seen?.tenths === undefined) return cantTell("uncovered");
        const cites = [
          {
            artifact: seen.capture.artifact.path,
            text: `most queries of all in ${seen.tenths} of ten parts of the capture`,
          },
        ];
        if (seen.tenths >= MOST_PARTS) return holds(cites);
        return seen.tenths <= FEW_PARTS ? fails(cites) : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Find the program behind the address (kubectl get pods -A -o wide), and have it keep its connections or a cache of names.",
    "A DNS cache on each node takes the repetitions from the server.",
  ],
  references: ["https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/"],
  summary({ seen, host }) {
    if (!seen) return "One client asks most.";
    const { who, kind, asked, total, server, rate, next, capture, ports } = seen;
    const flows = ports.map((clientPort) => ({ client: who, clientPort, server, serverPort: 53 }));
    const behind = kind === "client" ? behindClients(host, capture, flows, "The client is").said : "";
    const what = kind === "client" ? `${who} sends` : `Lookups of ${who} are`;
    return `${what} ${percent(asked, total)} of the queries to ${server}: ${asked} of ${total}, ${Math.round(rate)} a second; the next one has ${next}.${behind}`;
  },
});
