import { resolvconfPart } from "../../node/index.ts";
import { configuredAt } from "../dns/configured-at.ts";
import { isDead, serverRecords } from "../dns/server-records.ts";
import type { ServerTrouble } from "../dns/silent-server.ts";
import { silentServer } from "../dns/silent-server.ts";
import { upstreamErrors } from "../dns/upstream-errors.ts";
import { MANY_FAILURES, upstreamFailures } from "../dns/upstream-failures.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";

/** A server that nobody meant to ask comes into resolv.conf out of a list that the image brought along. */
export const staleResolvConf = defineCause<ServerTrouble>({
  id: "node/stale-resolv-conf",
  title: "resolvconf's base list brings a dead DNS server into resolv.conf",
  description:
    "resolvconf(8) puts the lines of /etc/resolvconf/resolv.conf.d/base, head and tail into every resolv.conf that it makes. A server that an image or a " +
    "forgotten setup left there stays, whatever DHCP says; pods with dnsPolicy Default, CoreDNS among them, ask it.",
  explains: [silentServer, upstreamErrors],
  concerns: ({ host, seen }) => seen !== undefined && inBase(configuredAt(host, seen.server)).length > 0,
  tests: [
    {
      statement: "one of resolvconf's lists names the server, and so does a resolv.conf",
      axis: "config",
      holds: "strong",
      ask: { text: "the node's resolv.conf", command: "cat /etc/resolv.conf" },
      answer({ host, seen }) {
        const cites = seen ? configuredAt(host, seen.server) : [];
        if (inBase(cites).length === 0) return cantTell();
        return holds(cites, inBase(cites).length < cites.length ? {} : { atMost: "weak" });
      },
    },
    {
      statement: "the server answers nobody",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture on the node of all DNS servers, for some minutes",
        command: "tcpdump -i any -s 0 -w dns.pcap port 53",
      },
      answer({ host, seen }) {
        const records = serverRecords(host).filter(({ server }) => server === seen?.server);
        const cite = (records_: typeof records) =>
          records_.map(({ capture, server, asked, answered }) => ({
            artifact: capture.artifact.path,
            text: `${server} answered ${answered} of ${asked.length} queries`,
          }));
        const alive = records.filter(({ answered }) => answered > 0);
        if (alive.length > 0) return fails(cite(alive));
        const dead = records.filter(isDead);
        if (dead.length === 0) return cantTell(host.captures.length > 0 ? "uncovered" : "absent");
        return holds(
          cite(dead),
          dead.some(({ silent }) => silent.length >= MANY_FAILURES) ? {} : { atMost: "weak" },
        );
      },
    },
    {
      statement: "CoreDNS logs that the server does not answer",
      axis: "state",
      holds: "weak",
      answer({ host, seen }) {
        const failures = upstreamFailures(host).find(({ address }) => address === seen?.server);
        if (!failures) return cantTell(host.corednsLogs.length > 0 ? "uncovered" : "absent");
        // A log shows no answers: it can not say that there are none.
        return holds(failures.cites);
      },
    },
  ],
  remedy: [
    "Take the server out of /etc/resolvconf/resolv.conf.d/base (head, tail) and run resolvconf -u; then restart the CoreDNS pods on the node.",
    "Take it out of the image that the nodes are made from, or it comes back with the next node.",
  ],
  references: ["https://manpages.debian.org/bookworm/resolvconf/resolvconf.8.en.html"],
  summary({ host, seen }) {
    const cites = seen ? configuredAt(host, seen.server) : [];
    const lists = inBase(cites).map(({ artifact }) => artifact);
    return `${seen?.server ?? "A server"} does not answer, and comes from ${lists.join(", ")}, which resolvconf puts into every resolv.conf that it makes.`;
  },
});

const inBase = <C extends { artifact: string }>(cites: readonly C[]): C[] =>
  cites.filter(({ artifact }) => resolvconfPart(artifact) !== undefined);
