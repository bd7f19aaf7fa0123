import { isAt, momentOf, zoneOf } from "../../evidence/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { DEAD_HTTP2 } from "../fixes/index.ts";
import { citesOf, lasting } from "../log-symptom.ts";
import { nodeNotReady, type UnreadyNode } from "./node-not-ready.ts";
import { isSilent, kubeletSays } from "./silent-kubelet.ts";

/** As of `kube/kubelet-dead-connection`. */
const LEAST = { lines: 10, seconds: 120 };
/** Five times the time after which the node controller takes a kubelet for silent. */
const LONG = 200;
/** The first request that fails is seldom the one that tells the node's state, and clocks differ. */
const HOUR = 3600;

const saysOf = (about: About<UnreadyNode>) => kubeletSays(about, "dead-connection", LEAST, "server");

/** The kubelet is at work, and every request of it goes to a connection that is dead. */
export const kubeletCutOff = defineCause<UnreadyNode>({
  id: "kube/kubelet-cut-off",
  title: "the node's kubelet goes on using a closed connection to the API server",
  description:
    "Nothing is heard of the node's kubelet, and its own log shows why: up to its end each request to the API server fails with `use of closed network connection`. Go's HTTP/2 client " +
    "kept a connection in its pool that is closed.",
  explains: [nodeNotReady],
  concerns: (about) => isSilent(about.seen) && saysOf(about).length > 0,
  tests: [
    {
      statement: "the kubelet's requests fail on a closed connection, up to the end of its log",
      axis: "state",
      holds: "strong",
      ask: { text: "the kubelet's log of the node", command: "journalctl --no-pager -u kubelet" },
      answer(about) {
        const [first] = saysOf(about);
        return first ? holds(citesOf(first)) : cantTell();
      },
    },
    {
      statement: "they have done so for longer than the API server waits to hear of a node",
      axis: "time",
      holds: "strong",
      answer(about) {
        const { seen, host } = about;
        const first = saysOf(about).find(({ seconds = 0 }) => seconds >= LONG);
        if (!first) return cantTell("uncovered");
        // A log of another day, or an outage of which it has the end only.
        const began = momentOf(first.run.first.time);
        const heard = seen?.ready.heartbeat;
        const isOfIt =
          began !== undefined &&
          heard !== undefined &&
          isAt(began, { seconds: heard, clock: "utc" }, HOUR, zoneOf(host)) !== "no";
        return holds(citesOf(first), isOfIt ? {} : { atMost: "weak" });
      },
    },
  ],
  fixes: [DEAD_HTTP2],
  remedy: [...DEAD_HTTP2.workaround, DEAD_HTTP2.upgrade],
  references: DEAD_HTTP2.references,
  summary(about) {
    const { seen } = about;
    const [first] = saysOf(about);
    if (!seen || !first) return "";
    const long = first.seconds === undefined ? "" : `, for ${lasting(first.seconds)}`;
    return `The kubelet of node ${seen.node.name} runs, and gives its requests to a connection to ${first.fields["server"]} that is closed${long}.`;
  },
});
