import type { Located } from "../../bundle/index.ts";
import type { FoundSocket, HostEvidence } from "../../evidence/index.ts";
import { listenersAt, socketsOfFlow } from "../../evidence/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { listenerKey } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import type { Behind } from "../behind.ts";
import { behindSockets, namedAddress } from "../behind.ts";
import { count } from "../words.ts";

/** Seconds for which a healthy reader is hardly ever behind. */
const LONG = 5;
const NAMED_FRAMES = 8;
/** Connections whose sockets are looked for. */
const LOOKED_FOR = 64;

/** A program that does not read: connections of one listener whose one side's receive window stays closed. */
export interface ClosedWindow {
  readonly capture: Located<Capture>;
  /** Rows of the capture's connections. */
  readonly rows: readonly number[];
  readonly reader: "client" | "server";
}

/** Receive windows of zero that last. */
export const zeroWindow = defineSymptom<ClosedWindow>({
  id: "tcp/zero-window",
  title: "a receiver's window stays closed",
  description:
    "Connections in a capture in which one side announces a receive window of zero for five seconds and longer: its program " +
    "doesn't read what has come, and the other side may send no more. The network has no part in it.",
  remedy: [
    "Look at the program that doesn't read: what its threads or goroutines wait for, and Recv-Q of its sockets (ss -tn).",
  ],
  references: ["RFC 9293, section 3.8.6"],
  *detect(host) {
    for (const capture of host.captures) {
      const { connections } = capture.model;
      for (const reader of ["server", "client"] as const) {
        const { longestZeroWindow } = reader === "server" ? connections.ofServer : connections.ofClient;
        const groups = new Map<string, number[]>();
        for (let row = 0; row < connections.length; row++) {
          if ((longestZeroWindow[row] as number) < LONG || connections.counted[row] !== 1) continue;
          const server = connections.address(connections.server[row] ?? 0);
          const key = listenerKey(server, connections.serverPort[row] ?? 0);
          const rows = groups.get(key);
          if (rows) rows.push(row);
          else groups.set(key, [row]);
        }
        for (const [key, rows] of groups) {
          const longest = rows.reduce((most, row) => Math.max(most, longestZeroWindow[row] ?? 0), 0);
          const closed: ClosedWindow = { capture, rows, reader };
          const place = placeOf(host, closed);
          const behind = behindReader(host, closed);
          const who =
            reader === "server"
              ? `the program behind ${key}${place.said}`
              : `${count(new Set(rows.map((row) => connections.client[row])).size, "client")} of ${key}${place.said}`;
          const text = `${count(rows.length, "connection")} to ${key} in which the ${reader}'s window was zero, for up to ${longest.toFixed(1)} s`;
          yield {
            subject: { kind: "listener", name: key, reader },
            summary: `In ${count(rows.length, "connection")} ${who} did not read what had come: the ${reader}'s receive window was zero for up to ${longest.toFixed(1)} s.${behind.said}`,
            evidence: [
              {
                artifact: capture.artifact.path,
                text,
                where: { frames: rows.slice(0, NAMED_FRAMES).map((row) => connections.firstFrame[row] ?? 0) },
              },
              ...behind.cites,
              ...place.cites,
            ],
            data: closed,
            weight: rows.length,
          };
        }
      }
    }
  },
});

/** What the listener is in the cluster. */
function placeOf(host: HostEvidence, { capture, rows }: ClosedWindow): Behind {
  const { connections } = capture.model;
  const [row = 0] = rows;
  const address = connections.address(connections.server[row] ?? 0);
  return namedAddress(host, address, { capture, port: connections.serverPort[row] ?? 0 });
}

/** The program that doesn't read, where the host lists its sockets. */
function behindReader(host: HostEvidence, { capture, rows, reader }: ClosedWindow): Behind {
  const { connections } = capture.model;
  const found = rows.slice(0, LOOKED_FOR).flatMap((row): FoundSocket[] => {
    const server = connections.address(connections.server[row] ?? 0);
    const serverPort = connections.serverPort[row] ?? 0;
    const client = connections.address(connections.client[row] ?? 0);
    const clientPort = connections.clientPort[row] ?? 0;
    return socketsOfFlow(
      host,
      reader === "server"
        ? { address: server, port: serverPort, peer: client, peerPort: clientPort }
        : { address: client, port: clientPort, peer: server, peerPort: serverPort },
    );
  });
  if (found.length > 0) {
    const most = found.reduce((top, each) => (each.socket.recvQ > top.socket.recvQ ? each : top));
    const waits =
      most.socket.recvQ > 0
        ? `When sockets were listed, up to ${count(most.socket.recvQ, "byte")} waited to be read in ${found.length} of them, by`
        : "";
    return behindSockets(host, [most, ...found.filter((each) => each !== most)], waits);
  }
  if (reader === "client") return { said: "", cites: [] };
  const [row = 0] = rows;
  const server = connections.address(connections.server[row] ?? 0);
  return behindSockets(host, listenersAt(host, server, connections.serverPort[row] ?? 0));
}
