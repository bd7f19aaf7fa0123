// Inflates a file with Node's zlib and drops what comes out.
// Usage: node bench/gunzip-alone.mjs FILE
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

const CHUNK = 1 << 20;
createReadStream(process.argv[2], { highWaterMark: CHUNK })
  .pipe(createGunzip({ chunkSize: CHUNK }))
  .resume();
