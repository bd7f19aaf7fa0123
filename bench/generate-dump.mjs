// Writes a goroutine dump as debug=2 prints it, of a wanted size: some 40 stacks of a made-up service, a few of them piled up.
// Usage: node bench/generate-dump.mjs FILE MEGABYTES
import { closeSync, openSync, writeSync } from "node:fs";
import { generator } from "../scripts/random.mjs";

const [file, megabytes] = process.argv.slice(2);
const WANTED = Number(megabytes) * 2 ** 20;
const STATES = ["chan receive", "select", "IO wait", "semacquire", "chan send", "sleep"];
const STACKS = 39;

const random = generator(7);

const stacks = Array.from({ length: STACKS }, (_, stack) => {
  const depth = 3 + (stack % 5);
  const calls = Array.from({ length: depth }, (_, frame) => {
    const name = `example.com/service/pkg${stack % 7}.(*Worker${stack}).step${frame}`;
    return {
      name,
      place: `\t/src/service/pkg${stack % 7}/worker.go:${20 + stack * 7 + frame} +0x${(64 + frame * 16).toString(16)}`,
    };
  });
  return { calls, state: STATES[stack % STATES.length] };
});

const out = openSync(file, "w");
let written = 0;
for (let id = 1; written < WANTED;) {
  let text = "";
  for (; text.length < 2 ** 20 && written + text.length < WANTED; id++) {
    const { calls, state: wait } = stacks[random(4) > 0 ? random(3) : random(STACKS)];
    const minutes = random(3) > 0 ? `, ${1 + random(600)} minutes` : "";
    const frames = calls.map(
      ({ name, place }) =>
        `${name}(0xc000${(id * 64).toString(16)}, 0x${random(4096).toString(16)})\n${place}`,
    );
    text += `goroutine ${id} [${wait}${minutes}]:\n${frames.join("\n")}\ncreated by example.com/service.Start in goroutine 1\n\t/src/service/start.go:88 +0x1d2\n\n`;
  }
  written += writeSync(out, text);
}
closeSync(out);
