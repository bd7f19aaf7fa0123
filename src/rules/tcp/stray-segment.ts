import type { Located } from "../../bundle/index.ts";
import { groupBy } from "../../bytes/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { listenerKey } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { StraySegment } from "./stray-segments.ts";
import { straySegments } from "./stray-segments.ts";

/** Resets that one side of a translation alone shows may be ones that the capture missed on the other. */
const FEWEST_UNSEEN = 2;
const NAMED = 8;

/** Connections of one server's address and port into which segments came from elsewhere. */
export interface StrayTraffic {
  readonly capture: Located<Capture>;
  /** The server that the clients are connected to. */
  readonly listener: string;
  readonly strays: readonly StraySegment[];
}

/** Connections that break in their middle because a segment came under another address than the client knows. */
export const straySegment = defineSymptom<StrayTraffic>({
  id: "tcp/stray-segment",
  title: "clients reset segments that come from an address they aren't connected to",
  description:
    "A client with an open connection gets a segment for the same port from another address, and its kernel resets what it doesn't know. The reset goes to that address: where it is the server behind a Service, " +
    "the server gives its end up, and the client's connection hangs or is reset (connection reset by peer).",
  remedy: [
    "Capture on the client's node on all interfaces while it happens, and count what connection tracking takes for invalid: conntrack -S.",
  ],
  references: ["RFC 9293, section 3.5.2", "https://github.com/kubernetes/kubernetes/issues/74839"],
  *detect(host) {
    for (const capture of host.captures) {
      const { connections } = capture.model;
      const { dropped = 0 } = capture.model;
      const nameOf = (id: number, port: number): string => listenerKey(connections.address(id), port);
      const groups = groupBy(straySegments(capture.model), ({ row }) =>
        nameOf(connections.server[row] ?? 0, connections.serverPort[row] ?? 0),
      );
      for (const [listener, strays] of groups) {
        if (!strays.some(({ isSeen }) => isSeen) && (strays.length < FEWEST_UNSEEN || dropped > 0)) continue;
        const clients = [
          ...new Set(strays.map(({ row }) => connections.address(connections.client[row] ?? 0))),
        ];
        const from = [...new Set(strays.map((stray) => nameOf(stray.from, stray.fromPort)))];
        const said = `${count(strays.length, "connection")} to ${listener} in which the client reset a segment that came from ${from.slice(0, 3).join(", ")}`;
        yield {
          subject: { kind: "listener", name: listener },
          summary: `In ${said}; it was not connected there. Clients: ${clients.slice(0, 3).join(", ")}${clients.length > 3 ? ", …" : ""}.`,
          evidence: [
            {
              artifact: capture.artifact.path,
              text: said,
              where: { frames: strays.slice(0, NAMED).map(({ frame }) => frame) },
            },
          ],
          data: { capture, listener, strays },
          weight: strays.length,
        };
      }
    }
  },
});
