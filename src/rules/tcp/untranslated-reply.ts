import type { StrayAnswer } from "../../pcap/index.ts";
import { listenerKey } from "../../pcap/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { memo, firstOf } from "../../bytes/index.ts";
import { count } from "../words.ts";
import { captureIndex } from "./capture-index.ts";
import { citeSyns } from "./listener-loss.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";

/** A client asks a Service's address and is answered by a pod's: nobody translated the answer back. */
export const untranslatedReply = defineCause<ListenerLoss>({
  id: "tcp/untranslated-reply",
  title: "answers come from another address than was asked",
  description:
    "The client's SYN goes to one address, is translated on the way (a Service, a load balancer), and the SYN-ACK comes back with the " +
    "backend's own address: the way back passes by what translated, or it has forgotten the connection. The client resets what it doesn't know.",
  explains: [synUnanswered],
  concerns: ({ seen }) => seen !== undefined && straysOf(seen).length > 0,
  tests: [
    {
      statement: "SYN-ACKs that acknowledge the lost SYNs come from another address",
      axis: "traffic",
      holds: "decisive",
      ask: {
        text: "a capture at the client without a filter for the address",
        command: "tcpdump -i any -s 128 -w client.pcap tcp",
      },
      answer: ({ seen }) => answerStrays(seen),
    },
  ],
  remedy: [
    "Have the way back pass by the translation: masquerade hairpin and off-cluster clients (kube-proxy --masquerade-all, or --cluster-cidr set right), or route the backends' answers through that node.",
  ],
  references: ["https://kubernetes.io/docs/reference/networking/virtual-ips/", "RFC 9293, section 3.5.2"],
  summary({ seen }) {
    const strays = seen ? straysOf(seen) : [];
    const [first] = strays;
    if (!seen || !first) return "No answer from another address was seen.";
    const by = [...new Set(strays.map((stray) => listenerKey(stray.answeredBy, stray.answeredByPort)))];
    return `${count(strays.length, "SYN")} of ${seen.lost.length} lost at ${seen.listener.key} were answered by ${firstOf(by, 4)}, which the client had not asked.`;
  },
});

const straysOf = memo(({ capture, lost }: ListenerLoss): readonly StrayAnswer[] => {
  const all = captureIndex(capture.model).strays;
  return lost.flatMap((row) => all.get(row) ?? []);
});

function answerStrays(seen: ListenerLoss | undefined): Answer {
  if (!seen) return cantTell();
  const strays = straysOf(seen);
  const [first] = strays;
  if (!first) return cantTell("uncovered");
  const of = { n: strays.length, total: seen.lost.length };
  const rows = strays.map(({ asked }) => asked.row);
  const text = `${count(strays.length, "SYN")} to ${seen.listener.key} acknowledged by ${listenerKey(first.answeredBy, first.answeredByPort)} instead`;
  const answers = {
    artifact: seen.capture.artifact.path,
    text: "their SYN-ACKs",
    where: { frames: strays.slice(0, 8).map(({ frame }) => frame) },
  };
  return holds([citeSyns(seen, rows, text), answers], {
    of,
    ...(strays.length * 2 < seen.lost.length ? { atMost: "strong" } : {}),
  });
}
