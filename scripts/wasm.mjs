// Compiles the inner loops that stand in wasm/ROOM/index.ts (AssemblyScript) into src/ROOM/loops.wasm.ts, a module that holds
// the code as text: what imports it runs in Node and in browsers alike, bundled or not. What is up to date is left alone.
// Usage: node scripts/wasm.mjs
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
/** No runtime and no assertions: the loops allocate nothing, and the memory that they work in is given to them. */
const OPTIONS =
  "-O3 --noAssert --runtime stub --importMemory --use abort= --memoryBase 4096 --enable simd".split(" ");

for (const room of readdirSync("wasm", { withFileTypes: true })) if (room.isDirectory()) compile(room.name);

function compile(room) {
  const folder = join("wasm", room);
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const hash = createHash("sha256").update(devDependencies.assemblyscript).update(OPTIONS.join(" "));
  for (const name of sources.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  const stamp = `// Compiled from ${folder} by scripts/wasm.mjs: ${hash.digest("hex")}\n`;
  const target = join("src", room, "loops.wasm.ts");
  if (existsSync(target) && readFileSync(target, "utf8").startsWith(stamp)) return;
  const scratch = mkdtempSync(join(tmpdir(), "inquest-wasm-"));
  try {
    const out = join(scratch, "loops.wasm");
    execFileSync("node_modules/.bin/asc", [join(folder, "index.ts"), ...OPTIONS, "-o", out], {
      stdio: "inherit",
    });
    const text = readFileSync(out).toString("base64");
    writeFileSync(
      target,
      `${stamp}/** A WebAssembly module, in base64. */\nexport const LOOPS: string =\n  "${text}";\n`,
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
