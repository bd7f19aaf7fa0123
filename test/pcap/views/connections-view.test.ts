// Connections, as `tshark -z conv,tcp` has them.
import { describe, expect, it } from "vitest";
import { connectionsView, readCapture, tcpView } from "../../../src/pcap/index.ts";
import { fixture } from "../fixtures.ts";
import { conversations, tcpFrames, withCopies, withFrames } from "./tshark.ts";

const viewOf = async (name: string, options = {}) =>
  connectionsView(await readCapture(fixture(name)), options);

/** Captures of one interface, whose TCP headers are whole. */
const plain = withFrames.filter((name) => !withCopies.has(name) && name !== "link_snaplen_42.pcap");

describe("connections", () => {
  it.each(plain)("of %s have tshark's frames, times and bytes", async (name) => {
    const { connections } = await viewOf(name);
    const theirs = conversations(name);
    const frames = tcpFrames(name);
    for (const row of connections) {
      // tshark tells a client by the address and port that sent first, and so the ends may be turned.
      const same = theirs.filter(({ a, aPort, b, bPort }) => {
        const is = (x: string, xPort: number, y: string, yPort: number) =>
          x === row.client && xPort === row.clientPort && y === row.server && yPort === row.serverPort;
        return is(a, aPort, b, bPort) || is(b, bPort, a, aPort);
      });
      const conv = same.find(({ start }) => Math.abs(start - row.first.time) < 1e-6);
      expect(conv, `frame ${row.first.frame}`).toBeDefined();
      if (conv === undefined) continue;
      const turned = conv.a !== row.client || conv.aPort !== row.clientPort;
      const stream = frames.get(row.first.frame)?.["tcp.stream"];
      const ofStream = [...frames.values()].filter((frame) => frame["tcp.stream"] === stream);
      const length = ofStream.reduce(
        (sum, frame) => sum + (frame["tcp.analysis.keep_alive"] === "1" ? 0 : Number(frame["tcp.len"])),
        0,
      );
      // A challenge ACK and the RST that it provokes are of the connection before, and of this one for tshark.
      const older = name === "tcp_timewait_paws_same_tuple.server.pcap" && row.first.frame === 41 ? 1 : 0;
      expect({
        frame: row.first.frame,
        fromClient: row.ofClient.packets,
        fromServer: row.ofServer.packets,
        bytes: row.ofClient.bytes + row.ofServer.bytes,
      }).toEqual({
        frame: row.first.frame,
        fromClient: (turned ? conv.framesFromB : conv.framesFromA) - older,
        fromServer: (turned ? conv.framesFromA : conv.framesFromB) - older,
        bytes: length,
      });
      expect(row.duration).toBeCloseTo(conv.duration, 3);
    }
  });

  it("are filtered by their ends and by what happened in them", async () => {
    const lossy = "tcp_lossy_transfer.client.pcap";
    const count = async (options: object) => (await viewOf(lossy, options)).of;
    expect(await count({})).toBe(1);
    expect(await count({ server: "10.77.0.2:8080", client: "10.77.0.1", port: 8080 })).toBe(1);
    expect(await count({ server: "10.77.0.2:80" })).toBe(0);
    expect(await count({ only: ["retransmitted", "reset", "zero-window"] })).toBe(1);
    expect(await count({ only: ["reset", "open"] })).toBe(0);
    expect(await count({ only: ["midstream"] })).toBe(0);
    const [row] = (await viewOf(lossy)).connections;
    expect(row).toMatchObject({ end: "reset by server", begun: true });
  });

  it("are found by their ends before address translation", async () => {
    const capture = await readCapture(fixture("tcp_tw_recycle_uptime.node-any.pcap"));
    const ofPod = connectionsView(capture, { client: "10.244.1.12" });
    expect(ofPod.of).toBeGreaterThan(0);
    for (const { client, original } of ofPod.connections)
      expect({ client, before: original?.client }).toEqual({
        client: "192.168.50.10",
        before: "10.244.1.12",
      });
    expect(tcpView(capture, { client: "10.244.1.12" }).outcomes).toMatchObject({
      answered: 2,
      unanswered: 6,
    });
  });
});
