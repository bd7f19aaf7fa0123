import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { HostEvidence } from "../../src/evidence/index.ts";
import { buildCase } from "../../src/evidence/index.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** The one host of files that exist only here; the test fails where there are more. */
export async function hostOf(files: Files): Promise<HostEvidence> {
  const encoder = new TextEncoder();
  const inputs = Object.entries(files).map(([name, content]) => ({
    name,
    source: sourceOf(typeof content === "string" ? encoder.encode(content) : content),
  }));
  const { hosts } = buildCase(await openBundle(inputs));
  const [host, another] = hosts;
  if (!host || another) throw new Error(`${hosts.length} hosts`);
  return host;
}

/** The files below a folder, by their paths in it. */
export function filesOf(folder: string): Record<string, Uint8Array> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return Object.fromEntries(
    paths.sort().map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))]),
  );
}
