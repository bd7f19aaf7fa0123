import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { listenersAt, socketCite, tablesWith } from "../../evidence/index.ts";
import { Outcome } from "../../pcap/index.ts";
import type { Behind } from "../behind.ts";
import { behindSockets, namedAddress } from "../behind.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { citeSyns, listenerSubject, listenerTraffic, rowsWith } from "./listener-loss.ts";

/** SYNs that are answered by a reset. */
export const connectionRefused = defineSymptom<ListenerTraffic>({
  id: "tcp/connection-refused",
  title: "connections are refused with a RST",
  description:
    "SYNs in a capture that are answered by a RST: nothing listens at that address and port, or a firewall rejects " +
    "with tcp-reset. That is an answer, unlike silence.",
  remedy: [
    "Look at what listens there (ss -lnt), at the Service's targetPort, and at when the pod became ready.",
  ],
  references: ["RFC 9293, section 3.5.2"],
  *detect(host) {
    for (const traffic of listenerTraffic(host)) {
      const { listener } = traffic;
      if (listener.refused === 0) continue;
      const rows = rowsWith(traffic, Outcome.refused);
      const { address, port } = listener;
      const place = namedAddress(host, address, { capture: traffic.capture, port });
      const now = listensNow(host, address, port);
      yield {
        subject: listenerSubject(traffic),
        summary: `${listener.refused} of ${count(listener.attempts, "connection attempt")} to ${listener.key}${place.said} ${listener.refused === 1 ? "was" : "were"} refused with a RST.${now.said}`,
        evidence: [
          citeSyns(traffic, rows, `${count(listener.refused, "SYN")} to ${listener.key} answered by a RST`),
          ...now.cites,
          ...place.cites,
        ],
        data: traffic,
        weight: listener.refused,
      };
    }
  },
});

const CITED = 2;

/** Who listened there when the sockets of its namespace were listed, which was at another time. */
function listensNow(host: HostEvidence, address: string, port: number): Behind {
  const found = listenersAt(host, address, port);
  if (found.length > 0) {
    const behind = behindSockets(host, found, "When sockets were listed, it listened there:");
    if (behind.said !== "") return behind;
    return {
      said: " When sockets were listed, something listened there.",
      cites: found.map((each) => socketCite(each)),
    };
  }
  // A list of connections alone shows no listener, and one that was filtered for a port shows one at most.
  // Others list one family or one program.
  const tables = tablesWith(host, address).filter(
    ({ model: { source, sockets } }) =>
      (source === "ss" || source === "netstat") &&
      sockets.some(({ protocol, state }) => protocol === "tcp" && state === "LISTEN"),
  );
  const cites = tables.slice(0, CITED).map(({ artifact }): Cite => ({
    artifact: artifact.path,
    text: `no socket listens at port ${port} of ${address}; others of its network namespace listen`,
  }));
  return cites.length === 0
    ? { said: "", cites }
    : { said: " A list of the sockets there shows none that listens.", cites };
}
