import { describe, expect, it } from "vitest";
import {
  type Attempt,
  attempts,
  type Capture,
  type Listener,
  listeners,
  listenerTimeline,
  lossesByLoad,
  Outcome,
  readCapture,
  talkers,
} from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { captureOf } from "./fixtures.ts";
import { ACK, ethernet, FIN_ACK, RST_ACK, SYN, SYN_ACK } from "./frames.ts";
import { CLIENT, Script, SERVER } from "./script.ts";

const read = (...scripts: readonly Script[]): Promise<Capture> => {
  const frames = scripts.flatMap((script) => script.frames).toSorted(([a], [b]) => a - b);
  return readCapture(scene(frames.map(([time, packet]) => [time, ethernet(packet)])));
};

async function one(script: Script): Promise<{ attempt: Attempt; listener: Listener }> {
  const capture = await read(script);
  const all = [...attempts(capture.handshakes)];
  expect(all.length).toBe(1);
  return { attempt: all[0] as Attempt, listener: listeners(capture)[0] as Listener };
}

/** A connection of another port, so that the capture goes on. */
const later = (time: number) => new Script([1, 1], false, 9).send(time, 0, ACK);
const syn = (script: Script, time: number) => script.send(time, 0, SYN, { seq: -1 });
const synAck = (script: Script, time: number) => script.send(time, 1, SYN_ACK, { seq: -1 });
const first = (capture: Capture): Attempt => attempts(capture.handshakes).next().value as Attempt;

describe("a handshake", () => {
  it("may be a simultaneous open", async () => {
    const script = new Script()
      .send(0, 0, SYN, { seq: -1 })
      .send(0.01, 1, SYN, { seq: -1 })
      .send(0.02, 0, SYN_ACK, { seq: -1 })
      .send(0.02, 1, SYN_ACK, { seq: -1 })
      .send(0.1, 0, ACK, { length: 4 });
    const { attempt } = await one(script);
    expect(attempt).toMatchObject({
      simultaneous: true,
      outcome: "answered",
      completed: true,
      client: CLIENT,
    });
  });

  it("of the other direction a while later is another", async () => {
    const capture = await read(syn(new Script(), 0).send(30, 1, SYN, { seq: -1 }));
    expect([...attempts(capture.handshakes)].map(({ simultaneous }) => simultaneous)).toEqual([false, false]);
  });

  it("is given up by the client that stops its SYNs", async () => {
    const script = new Script();
    for (const time of [0, 1, 3]) syn(script, time);
    expect(first(await read(script, later(60))).gaveUp).toBe("client");
    expect(first(await read(script, later(6))).gaveUp).toBe(undefined);
  });

  it("is given up by the server that stops its SYN-ACKs", async () => {
    const script = syn(new Script(), 0);
    for (const time of [0.1, 1.1, 3.1]) synAck(script, time);
    const capture = await read(script, later(60));
    expect(first(capture).gaveUp).toBe("server");
    expect(listeners(capture)[0]).toMatchObject({ synAckRetried: 1, forgotten: 0, ackUnheard: 0 });
  });

  it("that stays half open without another SYN-ACK was forgotten", async () => {
    const script = synAck(syn(new Script(), 0), 0.1);
    expect(listeners(await read(script, later(2)))[0]?.forgotten).toBe(0);
    expect(listeners(await read(script, later(3)))[0]?.forgotten).toBe(1);
  });

  it("whose ACK the listener did not take shows SYN-ACKs behind it", async () => {
    const script = syn(new Script(), 0);
    synAck(script, 0.1).send(0.2, 0, ACK);
    synAck(script, 1.1).send(1.2, 0, ACK);
    expect((await one(script)).listener).toMatchObject({ synAckRetried: 1, ackUnheard: 1, aborted: 0 });
  });

  it("that is reset behind the ACK was aborted, unless the server had spoken or the client was done", async () => {
    const aborted = async (script: Script) => (await one(script)).listener.aborted;
    expect(await aborted(new Script().open().send(0.1, 1, RST_ACK))).toBe(1);
    expect(await aborted(new Script().open().send(0.05, 0, ACK, { length: 9 }).send(0.1, 1, RST_ACK))).toBe(
      1,
    );
    expect(await aborted(new Script().open().send(0.05, 1, ACK, { length: 9 }).send(0.1, 1, RST_ACK))).toBe(
      0,
    );
    expect(await aborted(new Script().open().send(0.05, 0, FIN_ACK).send(0.1, 1, RST_ACK))).toBe(0);
    expect(await aborted(new Script().open().send(0.1, 0, RST_ACK))).toBe(0);
  });
});

describe("real listeners", () => {
  it("that answer with SYN cookies send SYN-ACKs again for those in the queue alone", async () => {
    const [listener] = listeners(await captureOf("tcp_syn_flood_cookies.server"));
    // Of 200 attempts 17 are in the queue of tcp_max_syn_backlog = 16. The capture ends too soon behind the last SYN-ACKs.
    expect(listener).toMatchObject({ attempts: 200, synAckRetried: 17, maxHalfOpen: 200, forgotten: 0 });
  });

  it("whose SYN queue is full lose SYNs while handshakes are half open", async () => {
    const capture = await captureOf("tcp_syn_queue_overflow_nocookies.server");
    const key = "192.168.50.20:8080";
    const { lost, answered } = lossesByLoad(capture, key);
    expect(lost.attempts).toBe(200);
    expect(answered.attempts).toBe(0);
    const timeline = listenerTimeline(capture, key, 8);
    expect(timeline.length).toBe(8);
    expect(timeline.reduce((sum, { attempts: count }) => sum + count, 0)).toBe(208);
    expect(timeline[0]?.outcomes[Outcome.unanswered]).toBe(195);
    expect(Math.max(...timeline.map(({ maxHalfOpen }) => maxHalfOpen))).toBe(13);
  });
});

describe("losses by load", () => {
  it("tell when SYNs are lost only while many handshakes are half open", async () => {
    const scripts: Script[] = [later(30)];
    // Every second one opens at once. From 10 s on five stay half open for a while, and what comes then is lost.
    for (let at = 0; at < 20; at++) {
      const script = new Script([1000 * at, 5], false, 20_000 + at);
      const isLost = at > 10 && at < 14;
      scripts.push(isLost ? syn(syn(script, at), at + 1) : script.open(at));
    }
    for (let at = 0; at < 5; at++) {
      const script = syn(new Script([7 * at, 5], false, 30_000 + at), 10.1);
      scripts.push(synAck(script, 10.2).send(14.5, 0, ACK));
      synAck(script, 11.2);
      synAck(script, 13.2);
    }
    const { lost, answered, tells } = lossesByLoad(await read(...scripts), `${SERVER}:80`);
    expect(lost).toEqual({ attempts: 3, median: 5, least: 5, most: 5 });
    expect(answered.median).toBe(0);
    expect(tells).toBeGreaterThan(0.9);
  });

  it("are even where load has nothing to do with them", async () => {
    const scripts = Array.from({ length: 20 }, (_, at) => {
      const script = new Script([1000 * at, 5], false, 20_000 + at);
      return at % 3 === 0 ? syn(syn(script, at), at + 1) : script.open(at);
    });
    expect(lossesByLoad(await read(...scripts, later(60)), `${SERVER}:80`).tells).toBe(0.5);
  });

  it("are undecided without losses", async () => {
    expect(lossesByLoad(await read(new Script().open()), `${SERVER}:80`).tells).toBe(undefined);
    expect(lossesByLoad(await read(new Script().open()), "1.2.3.4:5").lost.attempts).toBe(0);
  });
});

describe("talkers", () => {
  it("sum what each address did in each role", async () => {
    const served = new Script()
      .open()
      .send(0.1, 0, ACK, { length: 100 })
      .send(0.2, 1, ACK, { ack: 100, length: 1000 })
      .send(0.5, 1, ACK, { ack: 100, length: 1000 });
    const lost = syn(syn(new Script([9, 9], false, 41_000), 1), 2);
    const all = talkers(await read(served, lost, later(30)));
    expect(all.find(({ address }) => address === SERVER)).toMatchObject({
      asServer: {
        attempts: 2,
        unanswered: 1,
        connections: 1,
        requests: 1,
        bytesSent: 2000,
        bytesReceived: 100,
        retransmissions: 1,
      },
    });
    expect(all.find(({ address }) => address === CLIENT)).toMatchObject({
      asClient: {
        attempts: 2,
        unanswered: 1,
        connections: 1,
        bytesSent: 100,
        bytesReceived: 2000,
        retransmissions: 0,
      },
    });
  });

  it("count queries", async () => {
    const all = talkers(await captureOf("dns_baseline.pod"));
    const asked = all.reduce((sum, { asClient }) => sum + asClient.queries, 0);
    const served = all.reduce((sum, { asServer }) => sum + asServer.queries, 0);
    expect(asked).toBeGreaterThan(0);
    expect(served).toBe(asked);
  });
});
