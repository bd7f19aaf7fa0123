// Writes a classic pcap of a wanted size. What is in it:
//   mixed   short TCP connections with some data, DNS lookups, and now and then a SYN without answer; this if not given
//   flows   so many connections that are open at once, and send data in turn
//   flood   so many SYNs from random addresses without an answer, whatever the size; a few connections go on among them
// Usage: node bench/generate-capture.mjs FILE MEGABYTES [mixed|flows|flood [COUNT]]
import { closeSync, openSync, writeSync } from "node:fs";
import { generator } from "../scripts/random.mjs";

const [file, megabytes, kind = "mixed", count = kind === "flood" ? "10000000" : "200000"] =
  process.argv.slice(2);
const WANTED = Number(megabytes) * 2 ** 20;

const random = generator(7);

const CHUNK = Buffer.alloc(1 << 22);
const out = openSync(file, "w");
let at = 0;
let written = 0;
let micros = 0;
let ipId = 1;

/** Payload that packs about as well as JSON does. */
const WORDS = Array.from({ length: 4000 }, () => random(2 ** 31).toString(36));
const TEXT = Buffer.from(
  Array.from({ length: 200_000 }, () => WORDS[random(WORDS.length)])
    .join(',"')
    .slice(0, 1 << 20),
);
let textAt = 0;

function flush() {
  writeSync(out, CHUNK, 0, at);
  written += at;
  at = 0;
}

/** One frame: pcap record header, Ethernet, IPv4, and what follows. */
function frame(source, target, protocol, length, fill) {
  if (at + length + 100 > CHUNK.length) flush();
  micros += 1 + random(20);
  const size = 34 + length;
  CHUNK.writeUInt32LE(1_700_000_000 + Math.floor(micros / 1e6), at);
  CHUNK.writeUInt32LE(micros % 1e6, at + 4);
  CHUNK.writeUInt32LE(size, at + 8);
  CHUNK.writeUInt32LE(size, at + 12);
  at += 16;
  CHUNK.fill(2, at, at + 12);
  CHUNK.writeUInt16BE(0x0800, at + 12);
  const ip = at + 14;
  CHUNK[ip] = 0x45;
  CHUNK[ip + 1] = 0;
  CHUNK.writeUInt16BE(20 + length, ip + 2);
  CHUNK.writeUInt16BE((ipId = (ipId + 1) & 0xffff), ip + 4);
  CHUNK.writeUInt16BE(0x4000, ip + 6);
  CHUNK[ip + 8] = 64;
  CHUNK[ip + 9] = protocol;
  CHUNK.writeUInt16BE(0, ip + 10);
  CHUNK.writeUInt32BE(source, ip + 12);
  CHUNK.writeUInt32BE(target, ip + 16);
  fill(ip + 20);
  at = ip + 20 + length;
}

function tcp([source, port], [target, targetPort], flags, seq, ack, data = 0) {
  const options = 12;
  frame(source, target, 6, 20 + options + data, (p) => {
    CHUNK.writeUInt16BE(port, p);
    CHUNK.writeUInt16BE(targetPort, p + 2);
    CHUNK.writeUInt32BE(seq >>> 0, p + 4);
    CHUNK.writeUInt32BE(ack >>> 0, p + 8);
    CHUNK[p + 12] = ((20 + options) / 4) << 4;
    CHUNK[p + 13] = flags;
    CHUNK.writeUInt16BE(64240, p + 14);
    CHUNK.writeUInt32BE(0, p + 16);
    CHUNK.writeUInt32BE(0x0101080a, p + 20);
    CHUNK.writeUInt32BE(Math.floor(micros / 1000), p + 24);
    CHUNK.writeUInt32BE(0, p + 28);
    if (data > 0) TEXT.copy(CHUNK, p + 32, (textAt = (textAt + 7919) % (TEXT.length - 65536)), textAt + data);
  });
}

function dns(client, server, id, type, name, answer) {
  const question = Buffer.from([
    ...name.split(".").flatMap((l) => [l.length, ...Buffer.from(l)]),
    0,
    0,
    type,
    0,
    1,
  ]);
  const record = answer ? (type === 1 ? 16 : 28) : 0;
  const [source, target] = answer ? [server, client] : [client, server];
  frame(source[0], target[0], 17, 8 + 12 + question.length + record, (p) => {
    CHUNK.writeUInt16BE(source[1], p);
    CHUNK.writeUInt16BE(target[1], p + 2);
    CHUNK.writeUInt16BE(20 + question.length + record, p + 4);
    CHUNK.writeUInt16BE(0, p + 6);
    CHUNK.fill(0, p + 8, p + 20);
    CHUNK.writeUInt16BE(id, p + 8);
    CHUNK.writeUInt16BE(answer ? 0x8180 : 0x0100, p + 10);
    CHUNK.writeUInt16BE(1, p + 12);
    if (answer) CHUNK.writeUInt16BE(1, p + 14);
    question.copy(CHUNK, p + 20);
    if (!answer) return;
    const r = p + 20 + question.length;
    CHUNK.fill(0, r, r + record);
    CHUNK.writeUInt16BE(0xc00c, r);
    CHUNK.writeUInt16BE(type, r + 2);
    CHUNK.writeUInt16BE(1, r + 4);
    CHUNK.writeUInt16BE(record - 12, r + 10);
  });
}

const header = Buffer.alloc(24);
header.writeUInt32LE(0xa1b2c3d4, 0);
header.writeUInt16LE(2, 4);
header.writeUInt16LE(4, 6);
header.writeUInt32LE(262144, 16);
header.writeUInt32LE(1, 20);
writeSync(out, header);
const isDone = () => written + at >= WANTED;
if (kind === "flows") flows(Number(count));
else if (kind === "flood") flood(Number(count));
else mixed();
flush();
closeSync(out);

function flows(most) {
  const client = (i) => [0x0af40000 + (i >> 14), 16384 + (i & 0x3fff)];
  const server = (i) => [0x0af41000 + (i % 50), 8080];
  const sent = new Uint32Array(most);
  for (let i = 0; i < most; i++) {
    tcp(client(i), server(i), 2, 1000 + i, 0);
    tcp(server(i), client(i), 18, 5000 + i, 1001 + i);
    tcp(client(i), server(i), 16, 1001 + i, 5001 + i);
  }
  for (let i = 0; !isDone(); i = (i + 1) % most) {
    tcp(server(i), client(i), 16, 5001 + i + sent[i], 1001 + i, 400);
    sent[i] += 400;
    tcp(client(i), server(i), 16, 1001 + i, 5001 + i + sent[i]);
  }
}

function flood(syns) {
  const server = [0x0af41001, 8080];
  for (let i = 0; i < syns; i++) {
    tcp([random(2 ** 31), 1024 + random(60000)], server, 2, random(2 ** 31), 0);
    if (i % 1000 !== 0) continue;
    const client = [0x0af40000 + random(200), 20000 + random(40000)];
    tcp(client, server, 2, i, 0);
    tcp(server, client, 18, i, i + 1);
    tcp(client, server, 24, i + 1, i + 1, 100);
    tcp(server, client, 24, i + 1, i + 101, 100);
  }
}

function mixed() {
  for (let i = 0; !isDone(); i++) {
    const client = [0x0af40000 + random(200), 20000 + random(40000)];
    if (i % 4 === 0) {
      const server = [0x0a60000a, 53];
      const id = random(65536);
      const name = `svc${random(5000)}.shop.svc.cluster.local`;
      dns(client, server, id, 1, name, false);
      dns(client, server, id ^ 1, 28, name, false);
      dns(client, server, id, 1, name, true);
      dns(client, server, id ^ 1, 28, name, true);
      continue;
    }
    const server = [0x0af41000 + random(50), 8080];
    let seq = random(2 ** 31);
    let ack = random(2 ** 31);
    tcp(client, server, 2, seq, 0);
    if (random(500) === 0) continue;
    tcp(server, client, 18, ack, seq + 1);
    tcp(client, server, 16, ++seq, ++ack);
    tcp(client, server, 24, seq, ack, 120);
    seq += 120;
    const segments = 2 + random(8);
    for (let s = 0; s < segments; s++) {
      tcp(server, client, 16, ack, seq, 1400);
      ack += 1400;
      if (s % 2 === 1) tcp(client, server, 16, seq, ack);
    }
    tcp(server, client, 17, ack, seq);
    tcp(client, server, 17, seq, ack + 1);
    tcp(server, client, 16, ack + 1, seq + 1);
  }
}
