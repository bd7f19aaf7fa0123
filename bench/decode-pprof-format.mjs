// Decodes a profile with pprof-format, tables and samples, and says what CPU that alone took. Usage: node bench/decode-pprof-format.mjs FILE
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";

const raw = gunzipSync(readFileSync(process.argv[2]));
const before = process.cpuUsage();
const { sample } = Profile.decode(raw);
const { user, system } = process.cpuUsage(before);
console.log(`${sample.length} samples, decoded in ${(user + system) / 1e6} s`);
