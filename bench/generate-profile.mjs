// Writes a profile.proto of a wanted size: stacks of a made-up program whose shape is that of large Go services: walks over a
// call graph of some thousand functions, some calls much more frequent than others, with many distinct stacks of some 40 frames.
// Usage: node bench/generate-profile.mjs FILE MEGABYTES [labels|heap]
// `labels` gives each sample two labels of text; `heap` makes it a heap profile, with four values and the size of its objects.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { generator } from "../scripts/random.mjs";

const [file, megabytes, kind] = process.argv.slice(2);
const WANTED = Number(megabytes) * 2 ** 20;
const FUNCTIONS = 12_000;
/** Call sites of each function; each calls one function, and is a location. */
const SITES = 5;
const LOCATIONS = FUNCTIONS * SITES;

const random = generator(42);

class Writer {
  bytes = Buffer.allocUnsafe(1 << 16);
  length = 0;
  varint(value) {
    if (this.length + 10 > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    while (value > 127) {
      this.bytes[this.length++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    this.bytes[this.length++] = value;
  }
  field(number, value) {
    this.varint(number << 3);
    this.varint(value);
  }
  message(number, body) {
    this.varint((number << 3) | 2);
    this.varint(body.length);
    while (this.length + body.length > this.bytes.length) {
      this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    }
    body.copy(this.bytes, this.length);
    this.length += body.length;
  }
  done() {
    return this.bytes.subarray(0, this.length);
  }
  clear() {
    this.length = 0;
    return this;
  }
}

const strings = ["", "samples", "count", "cpu", "nanoseconds", "bench", "pod", "route", "bytes"];
strings.push("alloc_objects", "alloc_space", "inuse_objects", "inuse_space");
const BYTES = strings.indexOf("bytes");
const functionName = strings.length;
for (let i = 0; i < FUNCTIONS; i++)
  strings.push(`github.com/example/service/pkg${i % 97}.(*Type${i % 611}).Method${i}`);
const podName = strings.length;
for (let i = 0; i < 5000; i++) strings.push(`pod-${i.toString(36)}-${(i * 7919).toString(36)}`);

const out = new Writer();
const part = new Writer();
const inner = new Writer();
const CPU_TYPES = [
  [1, 2],
  [3, 4],
];
const HEAP_TYPES = [
  [BYTES + 1, 2],
  [BYTES + 2, BYTES],
  [BYTES + 3, 2],
  [BYTES + 4, BYTES],
];
for (const [type, unit] of kind === "heap" ? HEAP_TYPES : CPU_TYPES) {
  part.clear().field(1, type);
  part.field(2, unit);
  out.message(1, part.done());
}
part.clear().field(1, 1);
part.field(2, 0x400000);
part.field(3, 0x4000000);
part.field(5, 5);
out.message(3, part.done());
for (let id = 1; id <= LOCATIONS; id++) {
  part.clear().field(1, id);
  part.field(2, 1);
  part.field(3, 0x400000 + id * 16);
  // Every eighth location has one of some hundred small functions inlined into it.
  const caller = Math.floor((id - 1) / SITES);
  for (const fn of id % 8 === 0 ? [FUNCTIONS - 1 - ((caller * 31) % 300), caller] : [caller]) {
    inner.clear().field(1, fn + 1);
    inner.field(2, (id % 900) + 1);
    part.message(4, inner.done());
  }
  out.message(4, part.done());
}
for (let id = 1; id <= FUNCTIONS; id++) {
  part.clear().field(1, id);
  part.field(2, functionName + id - 1);
  part.field(3, functionName + id - 1);
  out.message(5, part.done());
}
for (const text of strings) out.message(6, Buffer.from(text));
/** The function that a site calls: near ones mostly, so that packages call into one another and stacks run deep. */
const calleeOf = Array.from(
  { length: LOCATIONS },
  (_, site) => (Math.floor(site / SITES) + 1 + random(160)) % FUNCTIONS,
);
const stack = new Uint32Array(64);
while (out.length < WANTED) {
  part.clear();
  inner.clear();
  const depth = 20 + random(40);
  let fn = random(24) * 500;
  for (let frame = 0; frame < depth; frame++) {
    // The first site of a function is taken four times of five.
    const choice = random(5) > 0 ? 0 : 1 + random(SITES - 1);
    const site = fn * SITES + choice;
    stack[frame] = site + 1;
    fn = calleeOf[site];
  }
  for (let frame = depth - 1; frame >= 0; frame--) inner.varint(stack[frame]);
  part.message(1, inner.done());
  inner.clear();
  const size = 16 << random(14);
  if (kind === "heap") {
    // Two stacks of five hold something still.
    const [allocated, used] = [1 + random(1000), random(5) < 2 ? 1 + random(100) : 0];
    for (const value of [allocated, allocated * size, used, used * size]) inner.varint(value);
  } else {
    inner.varint(1 + random(20));
    inner.varint(10_000_000 * (1 + random(20)));
  }
  part.message(2, inner.done());
  if (kind === "heap") {
    inner.clear().field(1, BYTES);
    inner.field(3, size);
    part.message(3, inner.done());
  }
  if (kind === "labels") {
    for (const [key, value] of [
      [6, podName + random(5000)],
      [7, functionName + random(FUNCTIONS)],
    ]) {
      inner.clear().field(1, key);
      inner.field(2, value);
      part.message(3, inner.done());
    }
  }
  out.message(2, part.done());
}
part.clear();
out.field(9, 1_700_000_000_000_000_000);
out.field(10, 30_000_000_000);
writeFileSync(file, gzipSync(out.done(), { level: 6 }));
