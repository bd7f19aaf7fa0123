import { waitReason } from "../../pprof/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { Pileup } from "./goroutine-pileup.ts";
import { goroutinePileup } from "./goroutine-pileup.ts";
import { goroutineCite, stackName } from "./goroutine-text.ts";
import { citeSockets, inState, socketsOfPile } from "./pile-sockets.ts";
import { readsPeer } from "./waits.ts";

/** Connections come and go between the dump and the list. */
const ABOUT = 0.9;
const FEW = 0.5;
/** Stacks that read from what only TCP carries. */
const OF_TCP = /^net\.\(\*TCPConn\)\.|^net\/http\.|^crypto\/tls\.|(?:^|\/)google\.golang\.org\/grpc/;

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
    {
      statement: "the process has as many established connections",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the sockets of the process' network namespace, with who holds them, and what tells its pid from others'",
        command:
          "nsenter -n -t PID ss -tanpe > sockets.txt; tail -n +1 /proc/PID/comm /proc/PID/status > process.txt",
      },
      answer: ({ host, seen }) => (seen ? answerSockets(host, seen) : cantTell()),
    },
  ],
  remedy: [
    "Compare the count with the process's established sockets (ss -tnp): equal counts are connections.",
    "If there are too many, set idle timeouts and read deadlines, and look at who opens them.",
  ],
  references: ["https://pkg.go.dev/net/http#Server"],
  summary({ seen, host }) {
    if (!seen) return "";
    const [pile] = seen.piles;
    const { group } = pile;
    const sockets = socketsOfPile(host, pile);
    const listed = sockets
      ? ` Lists of sockets show ${count(inState(sockets, "ESTAB").length, "established connection")} of the process.`
      : "";
    return readsPeer(group)
      ? `${group.count} goroutines in ${stackName(group)} each wait for the peer of a connection.${listed}`
      : `Nothing in the stack ${stackName(group)} shows a connection, and nothing rules it out.`;
  },
});

function answerSockets(host: HostEvidence, { piles: [pile] }: Pileup): Answer {
  const sockets = socketsOfPile(host, pile);
  if (!sockets) return cantTell(host.sockets.length > 0 ? "uncovered" : "absent");
  const { group } = pile;
  // Who doesn't read from a peer is none of a connection's, however many of these there are.
  if (readsPeer(group) === undefined) return cantTell("uncovered");
  const open = inState(sockets, "ESTAB");
  const text = `${count(open.length, "established connection")} of the process, and ${group.count} goroutines that each read from one`;
  const cites = citeSockets(open.length > 0 ? open : sockets.sockets, text);
  if (open.length >= ABOUT * group.count) return holds(cites);
  // Sockets of Unix are on no list of TCP's.
  const isTcp = group.frames.some(({ func }) => OF_TCP.test(func));
  if (open.length >= FEW * group.count || !sockets.isWhole) return cantTell("uncovered");
  return fails(cites, isTcp ? {} : { atMost: "weak" });
}
