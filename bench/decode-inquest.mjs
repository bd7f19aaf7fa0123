// Decodes a profile with inquest, tables and samples, and says what CPU that alone took. Usage: node bench/decode-inquest.mjs FILE
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parseProfile } from "../dist/pprof/index.js";

const raw = gunzipSync(readFileSync(process.argv[2]));
const before = process.cpuUsage();
const { samples } = parseProfile(raw);
const { user, system } = process.cpuUsage(before);
console.log(`${samples.count} samples, decoded in ${(user + system) / 1e6} s`);
