// Reads a capture as an importer of the library does, and no more: its packets, handshakes, connections and DNS.
// Usage: node bench/read-capture.mjs FILE[.gz]; bench/run.mjs bundles it first, as the command is bundled
import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { readCapture } from "../dist/pcap/index.js";

const CHUNK = 256 * 1024;

function* chunksOf(path) {
  const fd = openSync(path, "r");
  const chunk = new Uint8Array(CHUNK);
  for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk))
    yield chunk.subarray(0, length);
  closeSync(fd);
}

const path = process.argv[2];
const packed = () =>
  createReadStream(path, { highWaterMark: 4 * CHUNK }).pipe(createGunzip({ chunkSize: 4 * CHUNK }));
const capture = await readCapture(
  path.endsWith(".gz")
    ? { size: undefined, stream: packed }
    : { size: statSync(path).size, stream: () => chunksOf(path) },
);
if (capture.packets === 0) throw new Error("the capture was not read");
