import { firstOf } from "../../bytes/index.ts";
import type { IcmpError } from "../../pcap/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { icmpUnreachable } from "./icmp-unreachable.ts";
import type { ListenerTraffic } from "./listener-loss.ts";

/** Whoever traces a route asks each router three times. */
const FEWEST_ERRORS = 4;
/** A loop lies between two routers, mostly; whoever traces a route is told of every one. */
const MOST_SENDERS = 2;

/** Routers that send a packet to each other until its TTL runs out. */
export const routingLoop = defineCause<ListenerTraffic>({
  id: "tcp/routing-loop",
  title: "packets go round between routers until their TTL runs out",
  description:
    "Routers answer connection attempts with ICMP time exceeded: each takes another for the way on, and the packets go round. An address " +
    "that belongs to nobody any more, as a load balancer's, on which a default route and a static one disagree, does this.",
  explains: [icmpUnreachable],
  concerns: ({ seen }) => seen !== undefined && errorsOf(seen).length > 0,
  tests: [
    {
      statement:
        "one or two routers say again and again that the TTL ran out on the way to this address, and it answers nothing",
      axis: "traffic",
      holds: "strong",
      fails: "strong",
      ask: { text: "the routers that the packets go round between", command: "traceroute -n ADDRESS" },
      answer: ({ seen }) => answerErrors(seen),
    },
  ],
  remedy: [
    "Compare what both routers do with the address (ip route get ADDRESS on each): one of them sends it back.",
    "Where nobody has the address, give its network a blackhole route at the node that announces it.",
  ],
  references: ["RFC 792", "RFC 1812, section 5.3.1"],
  summary({ seen }) {
    const errors = seen ? errorsOf(seen) : [];
    const from = errors.map((error) => error.from);
    const total = errors.reduce((sum, error) => sum + error.count, 0);
    return `${firstOf(from, 4)} said ${total} times that packets to ${seen?.listener.address ?? "an address"} ran out of hops.`;
  },
});

function errorsOf({ capture, listener }: ListenerTraffic): IcmpError[] {
  return capture.model.icmp.filter(
    ({ kind, destination, code }) =>
      kind === "time-exceeded" && code === 0 && destination === listener.address,
  );
}

function answerErrors(seen: ListenerTraffic | undefined): Answer {
  if (!seen) return cantTell();
  const errors = errorsOf(seen);
  if (errors.length === 0) return cantTell("uncovered");
  const cites = errors.slice(0, 4).map((error) => ({
    artifact: seen.capture.artifact.path,
    text: `${error.from} says ${error.count} times that packets of ${error.source} to ${error.destination} ran out of hops`,
    where: { frames: [...error.frames] },
  }));
  const senders = new Set(errors.map(({ from }) => from)).size;
  // Whoever traces a route sends packets with few hops on purpose: others of them arrive, or get to where nobody answers.
  const { answered, answeredLate, refused, unanswered, attempts } = seen.listener;
  if (senders > MOST_SENDERS || answered + answeredLate + refused > 0) return fails(cites);
  const total = errors.reduce((sum, error) => sum + error.count, 0);
  const isMost = unanswered * 2 < attempts;
  return holds(cites, total >= FEWEST_ERRORS && isMost ? {} : { atMost: "weak" });
}
