import { waitReason } from "../../pprof/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { Pileup } from "./goroutine-pileup.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { goroutineCite, stackName } from "./goroutine-text.ts";
import { readsPeer } from "./waits.ts";

/** The harmless reason for many goroutines in one stack: as many open connections. */
export const goroutinePerConnection = defineCause<Pileup>({
  id: "go/goroutine-per-connection",
  title: "one goroutine for each open connection, as Go servers and clients have",
  description:
    "Goroutines of one stack that wait to read from a network peer: as many as there are open connections. That is how " +
    "Go programs work and no fault by itself; too many connections may be one.",
  explains: [goroutinePileup],
  tests: [
    {
      statement: "they wait for a network peer",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      answer({ seen }) {
        if (!seen) return cantTell();
        const { snapshot, group } = seen.piles[0];
        const wait = waitReason(group);
        if (wait === undefined) return cantTell();
        const reads = readsPeer(group);
        const text = `${group.count} goroutines wait in ${wait}${reads ? ` below ${reads}` : ""}`;
        const cites = [goroutineCite(snapshot, group, text)];
        if (wait === "IO wait") return reads ? holds(cites) : holds(cites, { atMost: "weak" });
        return fails(cites, wait === "select" || wait === "chan receive" ? { atMost: "weak" } : {});
      },
    },
  ],
  remedy: [
    "Compare the count with the process's established sockets (ss -tnp): equal counts are connections.",
    "If there are too many, set idle timeouts and read deadlines, and look at who opens them.",
  ],
  references: ["https://pkg.go.dev/net/http#Server"],
  summary({ seen }) {
    if (!seen) return "";
    const { group } = seen.piles[0];
    return readsPeer(group)
      ? `${group.count} goroutines in ${stackName(group)} each wait for the peer of a connection.`
      : `Nothing in the stack ${stackName(group)} shows a connection, and nothing rules it out.`;
  },
});
