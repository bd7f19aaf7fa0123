import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { fitsPaws } from "../../pcap/index.ts";
import type { Behind } from "../behind.ts";
import { behindClients, namedAddress } from "../behind.ts";
import { byClock } from "../by-clock.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import { backendSilence } from "./backend-silence.ts";
import { citeSyns } from "./listener-loss.ts";
import { answerPods } from "./pod-fate.ts";
import { queuePattern } from "./queue-pattern.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";
import { sum, timestampTables } from "./timestamp-split.ts";

/** A silence that tells: so many tries, over so many seconds. */
const FEWEST_TRIES = 4;
const LEAST_SECONDS = 2.5;

/** What else it may be, said with what was seen. */
const RIVALS = {
  program: " Its program had left the connection before that one unserved: it may hang, with a full queue.",
  path: " Other addresses fell silent, too: the way there may be cut.",
  none: "",
} as const;

/** Traffic still goes to the address of a pod or a machine that is gone. */
export const deadBackend = defineCause<ListenerLoss>({
  id: "tcp/dead-backend",
  title: "traffic goes to a backend that is gone",
  description:
    "An address answered, and from some moment on sends nothing at all: SYNs are tried again and again, data of open connections " +
    "is, too, and perhaps a router says that the host can't be reached. The pod or machine is gone, and something still sends to it.",
  explains: [synUnanswered],
  tests: [
    {
      statement: "the address answered before and has been silent since, on every port",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture that begins before the losses, on the clients' side, with ARP",
        command: "tcpdump -i any -s 128 -w backend.pcap 'host BACKEND or arp'",
      },
      answer: ({ seen }) => answerSilence(seen),
    },
    {
      statement: "no pod has that address any more",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "whether a pod or a node has the address now, and whether Endpoints still list it",
        command: "kubectl get pods,services,endpointslices -A -o yaml",
      },
      answer: ({ host, seen }) => (seen ? byClock(host, answerFate(host.cluster, seen)) : cantTell()),
    },
  ],
  remedy: [
    "See who still sends there: Endpoints that lag behind (kube-controller-manager), a proxy's stale list of upstreams, a client's pool.",
    "Let pods go on serving for a while when they are deleted (preStop), until everybody has taken them off.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "RFC 1122, section 4.2.3.5",
  ],
  summary(about) {
    const { host, seen } = about;
    if (!seen) return "No unanswered SYN was seen.";
    const silence = backendSilence(seen);
    const { address: ip, port } = seen.listener;
    const address = `${ip}${namedAddress(host, ip, { capture: seen.capture, port }).said}`;
    if ("spoke" in silence) return `${address} went on sending after it had lost SYNs.`;
    const before =
      silence.answeredBefore > 0
        ? `${address} answered ${count(silence.answeredBefore, "attempt")} and has sent nothing since ${silence.since.toFixed(1)} s into the capture`
        : `${address} sends nothing at all in the capture`;
    const data =
      silence.abandoned.length > 0
        ? `, nor did it acknowledge the data of ${count(silence.abandoned.length, "open connection")}`
        : "";
    const icmp = silence.unreachable.length > 0 ? "; a router says that the host can't be reached" : "";
    return `${before}: ${count(silence.tries, "SYN")} of ${count(silence.lost.length, "attempt")} over ${silence.lasted.toFixed(1)} s got no answer${data}${icmp}.${RIVALS[silence.rival ?? "none"]}${senders(about).said}`;
  },
});

/** Connections whose sockets are looked for. */
const LOOKED_FOR = 64;

/** Who still sends there. */
function senders({ host, seen }: About<ListenerLoss>): Behind {
  if (!seen) return { said: "", cites: [] };
  const { handshakes } = seen.capture.model;
  const flows = seen.lost.slice(0, LOOKED_FOR).map((row) => ({
    client: seen.capture.model.address(handshakes.client[row] ?? 0),
    clientPort: handshakes.clientPort[row] ?? 0,
    server: seen.listener.address,
    serverPort: seen.listener.port,
  }));
  return behindClients(host, seen.capture, flows, "Who still sends there:");
}

/** Whether the address's pod is gone; nothing that a pod says is worth more than an address that still speaks. */
function answerFate(cluster: ClusterEvidence, seen: ListenerLoss): Answer {
  const silence = backendSilence(seen);
  const { start } = seen.capture.model;
  if ("spoke" in silence || start === undefined) return cantTell("uncovered");
  const since = start + silence.since;
  return answerPods(cluster, { address: seen.listener.address, since, until: since + silence.lasted });
}

function answerSilence(seen: ListenerLoss | undefined): Answer {
  if (!seen) return cantTell();
  const total = seen.lost.length;
  const silence = backendSilence(seen);
  if ("spoke" in silence) {
    if (silence.spoke.length === 0) return cantTell("uncovered");
    const text = `${seen.listener.address} sent packets after the first of the lost SYNs`;
    const where = { frames: silence.spoke.slice(0, 8) };
    return fails(
      [{ artifact: seen.capture.artifact.path, text, where }],
      silence.meanwhile ? {} : { atMost: "strong" },
    );
  }
  const of = { n: silence.lost.length, total };
  const text =
    `${count(silence.tries, "SYN")} of ${count(silence.lost.length, "attempt")} over ${silence.lasted.toFixed(1)} s got no answer, and nothing else came from ` +
    `${seen.listener.address}, which had answered ${count(silence.answeredBefore, "attempt")} before`;
  const cites: Cite[] = [citeSyns(seen, silence.lost, text)];
  if (silence.abandoned.length > 0) {
    const data = `${count(silence.abandoned.length, "open connection")} sent data again and again and got no acknowledgement`;
    cites.push({
      artifact: seen.capture.artifact.path,
      text: data,
      where: { frames: silence.abandoned.slice(0, 8) },
    });
  }
  for (const { from, count: n } of silence.unreachable)
    cites.push({
      artifact: seen.capture.artifact.path,
      text: `${from} says ${count(n, "time")} that the host is unreachable`,
    });
  const { unresolved } = silence;
  if (unresolved) {
    const asked = `${unresolved.asker} asked ${unresolved.longestRun} times in a row for the MAC address of ${unresolved.address}, and nobody answered`;
    cites.push({
      artifact: seen.capture.artifact.path,
      text: asked,
      where: { frames: unresolved.frames.slice(0, 8) },
    });
  }
  // Without an answer before, it may never have been there, or be behind a firewall.
  const worked = silence.answeredBefore > 0 || silence.abandoned.length > 0;
  if (!worked && silence.unreachable.length === 0 && !unresolved) return cantTell("uncovered");
  const isLong = silence.tries >= FEWEST_TRIES && silence.lasted >= LEAST_SECONDS;
  const isBurst = queuePattern(seen).burst !== undefined;
  // A listener that goes by timestamps is silent for one of two clients behind an address, perhaps to the capture's end.
  const splits = timestampTables(seen).filter(fitsPaws);
  const isBehind = sum(splits, (table) => table.regressedUnanswered) * 2 >= total;
  const isShown = worked && isLong && !isBurst && !isBehind && silence.rival === undefined;
  return holds(cites, { of, ...(isShown ? {} : { atMost: "weak" }) });
}
