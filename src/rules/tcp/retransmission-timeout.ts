import type { Located } from "../../bundle/index.ts";
import type { Cite } from "../../evidence/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { listenerKey } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";

/** A segment that was sent so often over so many seconds was not merely lost once. */
const FEWEST = 4;
const LEAST_SECONDS = 2;
const NAMED_FRAMES = 8;

/** Connections between two addresses in which one side sent a segment again and again. */
export interface StuckSender {
  readonly capture: Located<Capture>;
  /** Rows of the capture's connections. */
  readonly rows: readonly number[];
  readonly sender: "client" | "server";
  readonly client: number;
  readonly server: number;
}

/** Data that is sent again and again while nothing comes back. */
export const retransmissionTimeout = defineSymptom<StuckSender>({
  id: "tcp/retransmission-timeout",
  title: "data is sent again and again without an answer",
  description:
    "Connections in a capture in which one side sends the same segment four times and more, ever more slowly, while no packet of " +
    "the other side comes: the peer is gone, or the way there lets no such packet through.",
  remedy: [
    "See whether the peer is still there, and whether smaller packets get through (ping -M do -s 1400).",
    "Keepalives, or TCP_USER_TIMEOUT, let a program notice before 15 minutes have gone.",
  ],
  references: ["RFC 6298, section 5", "RFC 9293, section 3.8.3"],
  *detect(host) {
    for (const capture of host.captures) {
      const { connections } = capture.model;
      for (const sender of ["client", "server"] as const) {
        const side = sender === "server" ? connections.ofServer : connections.ofClient;
        const { longestBackoff } = side;
        const groups = new Map<string, number[]>();
        for (let row = 0; row < connections.length; row++) {
          if ((longestBackoff[row] as number) < FEWEST || connections.counted[row] !== 1) continue;
          if ((side.longestBackoffTime[row] ?? 0) < LEAST_SECONDS) continue;
          const key = `${connections.client[row]} ${connections.server[row]} ${connections.serverPort[row]}`;
          const rows = groups.get(key);
          if (rows) rows.push(row);
          else groups.set(key, [row]);
        }
        for (const rows of groups.values()) {
          const [first = 0] = rows;
          const ids = { client: connections.client[first] ?? 0, server: connections.server[first] ?? 0 };
          const key = listenerKey(connections.address(ids.server), connections.serverPort[first] ?? 0);
          const client = connections.address(ids.client);
          const most = rows.reduce((sum, row) => Math.max(sum, longestBackoff[row] ?? 0), 0);
          const longest = rows.reduce((sum, row) => Math.max(sum, side.longestBackoffTime[row] ?? 0), 0);
          const stuck = { capture, rows, sender, ...ids };
          const said = `${sender === "client" ? client : key} sent a segment up to ${most} times again, over ${longest.toFixed(1)} s`;
          yield {
            subject: { kind: "path", name: `${client} to ${key}`, client, listener: key, sender },
            summary: `In ${count(rows.length, "connection")} of ${client} to ${key} ${said}, and nothing came back meanwhile.`,
            evidence: [citeConnections(stuck, rows, `${count(rows.length, "connection")} in which ${said}`)],
            data: stuck,
            weight: rows.length,
          };
        }
      }
    }
  },
});

/** A citation of connections: of the first segments that were sent again. */
export function citeConnections({ capture }: StuckSender, rows: readonly number[], text: string): Cite {
  const { firstRetransmission, firstFrame } = capture.model.connections;
  const frames = rows.slice(0, NAMED_FRAMES).map((row) => {
    const again = firstRetransmission[row] ?? 0;
    return again > 0 ? again : (firstFrame[row] ?? 0);
  });
  return { artifact: capture.artifact.path, text, where: { frames } };
}
