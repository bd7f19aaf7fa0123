import type { Located } from "../../bundle/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { listenerKey } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";

/** Seconds for which a healthy reader is hardly ever behind. */
const LONG = 5;
const NAMED_FRAMES = 8;

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
        for (const [row, counted] of connections.counted.entries()) {
          if (counted !== 1 || (longestZeroWindow[row] ?? 0) < LONG) continue;
          const server = connections.address(connections.server[row] ?? 0);
          const key = listenerKey(server, connections.serverPort[row] ?? 0);
          const rows = groups.get(key);
          if (rows) rows.push(row);
          else groups.set(key, [row]);
        }
        for (const [key, rows] of groups) {
          const longest = rows.reduce((most, row) => Math.max(most, longestZeroWindow[row] ?? 0), 0);
          const who =
            reader === "server"
              ? `the program behind ${key}`
              : `${count(new Set(rows.map((row) => connections.client[row])).size, "client")} of ${key}`;
          const text = `${count(rows.length, "connection")} to ${key} in which the ${reader}'s window was zero, for up to ${longest.toFixed(1)} s`;
          yield {
            subject: { kind: "listener", name: key, reader },
            summary: `In ${count(rows.length, "connection")} ${who} did not read what had come: the ${reader}'s receive window was zero for up to ${longest.toFixed(1)} s.`,
            evidence: [
              {
                artifact: capture.artifact.path,
                text,
                where: { frames: rows.slice(0, NAMED_FRAMES).map((row) => connections.firstFrame[row] ?? 0) },
              },
            ],
            data: { capture, rows, reader },
            weight: rows.length,
          };
        }
      }
    }
  },
});
