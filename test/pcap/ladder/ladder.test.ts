// Ladders of all TCP conversations of the captures, against what tshark says of each frame.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InquestError } from "../../../src/bytes/index.ts";
import {
  conversationAt,
  type Ladder,
  ladder,
  parseConversation,
  renderLadder,
} from "../../../src/pcap/index.ts";
import { fixture } from "../fixtures.ts";
import { type Conv, conversations, tcpFrames, withCopies, withFrames } from "../views/tshark.ts";

const ALL = { limit: Number.MAX_SAFE_INTEGER };
const text = (of: Ladder, options = {}) => [...renderLadder(of, options)].join("\n");

/** The conversations between different ends, each once: tshark tells those of the same ends apart. */
function ends(name: string): Conv[] {
  const found = new Map(
    conversations(name).map((conv) => [`${conv.a} ${conv.aPort} ${conv.b} ${conv.bPort}`, conv]),
  );
  return [...found.values()];
}

const ladderOf = async (name: string, { a, aPort, b, bPort }: Conv) =>
  ladder(fixture(name), { client: a, clientPort: aPort, server: b, serverPort: bPort, protocol: "tcp" }, ALL);

describe("every rung as tshark sees it", () => {
  // tshark makes no conversations of frames that are cut inside TCP's header.
  it.each(withFrames.filter((name) => name !== "link_snaplen_42.pcap"))("%s", async (name) => {
    const theirs = tcpFrames(name);
    let frames = 0;
    for (const conv of ends(name)) {
      const { rungs } = await ladderOf(name, conv);
      for (const { frame, length, tcp, copies } of rungs) {
        if (tcp === undefined) continue;
        frames += 1 + copies.length;
        const row = theirs.get(frame);
        // The first frames of a conversation whose SYN came later are of another stream for tshark, too.
        expect({ frame, seq: tcp.seq, length, window: tcp.window }).toEqual({
          frame,
          seq: Number(row?.["tcp.seq"]),
          length: Number(row?.["tcp.len"]),
          window: Number(row?.["tcp.window_size"]),
        });
        // Of a RST without ACK tshark prints what stands in the field.
        const ack = tcp.ack === undefined || tcp.flags.includes("RST") ? undefined : Number(row?.["tcp.ack"]);
        expect(tcp.ack === undefined || ack === undefined ? undefined : tcp.ack, `frame ${frame}`).toBe(ack);
        // tshark takes copies for retransmissions and duplicate ACKs.
        if (withCopies.has(name)) continue;
        const says = (what: string) => row?.[`tcp.analysis.${what}`] === "1";
        // It tells what was overtaken by the time alone. What was captured before in another frame was sent again.
        const wasOvertaken = says("out_of_order") && tcp.retransmissionOf === 0;
        expect({
          frame,
          again: tcp.isRetransmission,
          outOfOrder: tcp.isOutOfOrder,
          keepAlive: tcp.isKeepAlive,
          duplicate: tcp.duplicateAck > 0,
          isZero: tcp.window === 0 && !tcp.flags.includes("RST"),
          missing: tcp.missing > 0,
        }).toEqual({
          frame,
          again:
            says("retransmission") ||
            says("fast_retransmission") ||
            says("spurious_retransmission") ||
            (says("out_of_order") && !wasOvertaken),
          outOfOrder: wasOvertaken,
          keepAlive: says("keep_alive"),
          duplicate: says("duplicate_ack"),
          isZero: says("zero_window"),
          // A SYN-ACK behind a challenge ACK begins anew; for tshark it is a jump of the older connection's numbers.
          missing: says("lost_segment") && !tcp.flags.includes("SYN"),
        });
      }
    }
    expect(frames).toBe(theirs.size);
  });
});

describe("a conversation", () => {
  const LOSSY = "tcp_lossy_transfer.client.pcap";

  it("is found by any of its frames, and by the ICMP error about it", async () => {
    const mix = fixture("tcp_refused_mix.pod.pcap");
    const found = {
      client: "10.244.1.11",
      clientPort: 48160,
      server: "192.168.50.20",
      serverPort: 9001,
      protocol: "tcp",
    };
    expect(await conversationAt(mix, 9)).toEqual(found);
    expect(await conversationAt(mix, 10)).toEqual(found);
    expect(await conversationAt(fixture("dns_baseline.pod.pcap"), 2)).toMatchObject({
      protocol: "udp",
      serverPort: 53,
    });
    expect(await conversationAt(mix, 1)).toBeUndefined();
    expect(await conversationAt(mix, 4000)).toBeUndefined();
  });

  it("is read from its ends, and from nothing else", () => {
    expect(parseConversation("10.0.0.1:1-10.0.0.2:80")).toEqual({
      client: "10.0.0.1",
      clientPort: 1,
      server: "10.0.0.2",
      serverPort: 80,
    });
    expect(parseConversation("[FD00:0::1]:1-[fd00::2]:80")).toMatchObject({
      client: "fd00::1",
      server: "fd00::2",
    });
    for (const bad of [
      "",
      "10.0.0.1:1",
      "10.0.0.1-10.0.0.2:80",
      "10.0.0.1:1-10.0.0.2:99999",
      "a:1-b:2",
      "1-2-3",
    ])
      expect(() => parseConversation(bad)).toThrow(InquestError);
  });

  it("keeps the beginning and the end of a long one, and says what it left out", async () => {
    const conversation = await conversationAt(fixture(LOSSY), 1);
    if (conversation === undefined) throw new Error("there is a conversation");
    const whole = await ladder(fixture(LOSSY), conversation, ALL);
    const short = await ladder(fixture(LOSSY), conversation, { limit: 5 });
    expect(short.rungs).toEqual([...whole.rungs.slice(0, 3), ...whole.rungs.slice(-2)]);
    expect(short.leftOut).toMatchObject([
      {
        after: 3,
        packets: whole.packets - 5,
        firstFrame: whole.rungs[3]?.frame,
        lastFrame: whole.rungs.at(-3)?.frame,
      },
    ]);
    expect({ ...short, rungs: [], leftOut: [] }).toEqual({ ...whole, rungs: [] });
    expect(text(short)).toContain(`... ${whole.packets - 5} packets left out, frames 4 to `);
  });

  it("keeps what is around a frame, beside the handshake", async () => {
    const conversation = await conversationAt(fixture(LOSSY), 1);
    if (conversation === undefined) throw new Error("there is a conversation");
    const frames = async (around: number, limit: number) => {
      const { rungs, leftOut, packets } = await ladder(fixture(LOSSY), conversation, { around, limit });
      const left = leftOut.map(({ after, packets: count }) => [after, count]);
      expect(rungs.length + leftOut.reduce((sum, gap) => sum + gap.packets, 0)).toBe(packets);
      return [rungs.map(({ frame }) => frame), left];
    };
    expect(await frames(180, 9)).toEqual([
      [1, 2, 3, 177, 178, 179, 180, 181, 182],
      [
        [3, 173],
        [9, 182],
      ],
    ]);
    expect(await frames(1, 5)).toEqual([[1, 2, 3, 4], [[4, 360]]]);
    expect(await frames(364, 7)).toEqual([[1, 2, 3, 362, 363, 364], [[3, 358]]]);
  });

  it("shows what is wrong in it", async () => {
    const conversation = await conversationAt(fixture(LOSSY), 1);
    if (conversation === undefined) throw new Error("there is a conversation");
    const shown = text(await ladder(fixture(LOSSY), conversation, ALL));
    for (const what of [
      "RETRANSMISSION of 5",
      "OUT OF ORDER",
      "ZERO WINDOW",
      "WINDOW PROBE",
      "keepalive",
      "MISSING",
    ])
      expect(shown).toContain(what);
  });

  it("counts what several interfaces saw once, and names the other frames", async () => {
    const any = fixture("dns_5s_aaaa_reply_dropped.node-any.pcap");
    const conversation = await conversationAt(any, 1);
    if (conversation === undefined) throw new Error("there is a conversation");
    const { rungs, packets, copies } = await ladder(any, conversation);
    expect(rungs.map(({ frame, copies: others }) => [frame, ...others])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [10],
      [11, 12, 13],
      [14, 15, 16],
      [17, 18, 19],
      [20, 21, 22],
    ]);
    expect({ packets, copies }).toEqual({ packets: 8, copies: 14 });
  });

  it("throws for no damage, and ends where the capture does", async () => {
    const bytes = fixture(LOSSY).subarray(0, 4000);
    const conversation = await conversationAt(fixture(LOSSY), 1);
    if (conversation === undefined) throw new Error("there is a conversation");
    let before = 0;
    for (let end = 0; end < bytes.length; end += 7) {
      const { packets } = await ladder(bytes.subarray(0, end), conversation);
      expect(packets).toBeGreaterThanOrEqual(before);
      before = packets;
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        expect(text(await ladder(changed, conversation))).toContain("packet");
      }),
      { numRuns: 300 },
    );
  });
});
